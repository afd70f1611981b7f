// Return what a reader sees: every visible text with its size, colours and place, and the page's.
() => {
  const parse = (text) => {
    const found = text.match(/rgba?\(([^)]+)\)/);
    if (!found) return null;
    const [r, g, b, a] = found[1].split(/[\s,/]+/).map(Number);
    return [r, g, b, a === undefined ? 1 : a];
  };
  const over = (top, under) => top.slice(0, 3).map((c, i) => c * top[3] + under[i] * (1 - top[3])).concat(1);
  const linear = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const contrast = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  const scheme = document.querySelector('meta[name="color-scheme"]');
  const mayBeDark = scheme && scheme.content.includes("dark");
  const canvas = isDark && mayBeDark ? [18, 18, 18, 1] : [255, 255, 255, 1];
  const ancestors = (element) => {
    const chain = [];
    for (let e = element; e; e = e.parentElement) chain.unshift(e);
    return chain;
  };
  const colours = (element) => {
    let back = canvas, opacity = 1, judged = true;
    for (const e of ancestors(element)) {
      const style = getComputedStyle(e);
      opacity *= Number(style.opacity);
      if (style.backgroundImage !== "none") judged = false;
      const paint = parse(style.backgroundColor);
      if (paint === null) judged = false; else back = over(paint, back);
    }
    const ink = parse(getComputedStyle(element).color);
    if (ink === null || !judged) return {ratio: 0, back};
    return {ratio: contrast(over([...ink.slice(0, 3), ink[3] * opacity], back), back), back};
  };
  const isVisible = (element) => element.checkVisibility({checkOpacity: true, checkVisibilityCSS: true});
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, element = node.parentElement;
    if (!node.data.trim() || !isVisible(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const boxes = [...range.getClientRects()].filter((box) => box.width > 0);
    const style = getComputedStyle(element);
    const {ratio} = colours(element);
    texts.push({
      text: node.data.trim().replace(/\s+/g, " "), tag: element.localName,
      font_px: parseFloat(style.fontSize), line_px: parseFloat(style.lineHeight) || 0, ratio,
      left: Math.min(...boxes.map((box) => box.left)), right: Math.max(...boxes.map((box) => box.right)),
      is_shown: boxes.length > 0,
    });
  }
  const widths = [...document.body.querySelectorAll("*")].map((e) => e.getBoundingClientRect().width);
  return {
    texts, widths, width: innerWidth, scroll_width: document.documentElement.scrollWidth,
    height: document.documentElement.scrollHeight,
    page_luminance: luminance(colours(document.body).back),
  };
}
