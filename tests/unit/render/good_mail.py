"""A mail written by hand that keeps every rule, for the rules' own tests."""

from newsletter.model import Message

UNSUBSCRIBE = "https://papers.example.org/u/dG9rZW4"

HEADERS = (
    ("List-Unsubscribe", f"<{UNSUBSCRIBE}>"),
    ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    ("List-Id", "arXiv Digest <digest.papers.example.org>"),
    ("List-Help", "<https://papers.example.org/help>"),
    ("List-Archive", "<https://papers.example.org/archive>"),
    ("Archived-At", "<https://papers.example.org/v/dG9rZW4>"),
    ("Auto-Submitted", "auto-generated"),
    ("X-Auto-Response-Suppress", "OOF, AutoReply"),
    ("X-Newsletter-Delivery", "d-0001"),
)

HTML = """<!doctype html>
<html lang="en" dir="ltr"><head><meta charset="utf-8"><title>arXiv Digest, 20 November</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<style>
/* a comment with @media inside */
@media only screen and (max-width: 480px) { .pad { padding: 8px !important; } }
@media (prefers-color-scheme: dark) { body, .page { background: #111111 !important; }
 .ink { color: #eeeeee !important; } }
</style></head>
<body style="margin:0;background:#f4f4f4;font-size:15px;line-height:1.5;color:#222222">
<div style="display:none;font-size:1px;line-height:1px">Two papers of five matched; three minutes to read</div>
<div class="page" style="max-width:600px;margin:0 auto;background:#ffffff">
<p class="ink"><a href="https://papers.example.org/u/dG9rZW4" class="ink"
 style="color:#555555">Unsubscribe</a></p>
<h1 class="ink" style="font-size:26px;line-height:1.4">2 papers picked for you</h1>
<table role="presentation" class="paper" width="100%"><tr><td class="pad">
<span class="rank ink">#1</span> <span class="score ink">12.7</span>
<a href="https://arxiv.org/abs/2611.00001" class="ink" style="color:#1a3d7c" dir="auto">Sparse
 attention: None of it is all you need</a>
<p class="ink" dir="auto">We write &#123;&#123; as it is, and \u4e2d\u6587 &gt; 3x.</p>
<img src="https://papers.example.org/a.png" alt="a diagram" width="300" height="120">
<a href="https://arxiv.org/pdf/2611.00001v1" class="ink" style="color:#1a3d7c">PDF</a></td></tr></table>
<div class="paper"><span class="rank ink">#2</span> <span class="score ink">3.1</span>
<a href="https://arxiv.org/abs/hep-th/9901001" class="ink" style="color:#1a3d7c" dir="auto">Here</a>
</div>
<table><tr><th scope="col" class="ink">announced</th></tr><tr><td class="ink">5</td></tr></table>
<p class="ink"><a href="https://papers.example.org/u/dG9rZW4" class="ink" style="color:#555555">Leave
 this list</a> <a href="mailto:owner@example.org" class="ink" style="color:#555555">Write to us</a></p>
</div></body></html>
"""  # noqa: E501

TEXT = f"""2 papers picked for you
Unsubscribe:
{UNSUBSCRIBE}

#1 (12.7) Sparse attention: None of it is all you need
https://arxiv.org/abs/2611.00001

#2 (3.1) Here
https://arxiv.org/abs/hep-th/9901001
"""


def make_message(**fields: object) -> Message:
    """Make the good mail, any field overridden by name."""
    values = {
        "delivery_id": "d-0001",
        "sender": "arXiv Digest <digest@papers.example.org>",
        "reply_to": "owner@example.org",
        "recipient": "reader1@example.org",
        "subject": "Sparse attention + 1 more · 20 Nov",
        "text": TEXT,
        "html": HTML,
        "headers": HEADERS,
    }
    return Message(**(values | fields))  # type: ignore[arg-type]  # values are of mixed types
