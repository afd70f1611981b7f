"""Small PDFs: pages of text, made by hand."""

from collections.abc import Sequence


def make_pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """Make a PDF of these pages, each of lines of ASCII text without parentheses."""
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    root = 2 * len(pages) + 2
    objects = [font]
    for lines in pages:
        objects += _page(lines, content=len(objects) + 1, root=root)
    kids = b" ".join(b"%d 0 R" % (3 + 2 * number) for number in range(len(pages)))
    objects.append(b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages)))
    objects.append(b"<< /Type /Catalog /Pages %d 0 R >>" % root)
    return _file(objects)


def _page(lines: Sequence[str], *, content: int, root: int) -> tuple[bytes, bytes]:
    shown = b" ".join(b"(%s) Tj T*" % line.encode("ascii") for line in lines)
    stream = b"BT /F1 10 Tf 50 750 Td 12 TL %s ET" % shown
    page = (
        b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
        b"/Resources << /Font << /F1 1 0 R >> >> >>"
    ) % (root, content)
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream), page


def _file(objects: Sequence[bytes]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer << /Size %d /Root %d 0 R >>\n"
        b"startxref\n%d\n%%%%EOF"
    ) % (len(objects) + 1, table, len(objects) + 1, len(objects), start)
