"""Vendor the compiled GOV.UK Frontend once, without its fonts and GOV.UK-only assets.

Usage, for an upgrade only (the result is committed):

    npm pack govuk-frontend@6.3.0 && tar xzf govuk-frontend-6.3.0.tgz
    python .ci/vendor_govuk.py package
"""

import hashlib
import json
import re
import sys
from pathlib import Path

VERSION = "6.3.0"
TARGET = Path("swa/static/vendor") / f"govuk-frontend-{VERSION}"
FONT_FACE = re.compile(r"@font-face\{[^}]*GDS Transport[^}]*\}")
FONT_FAMILY = "font-family:GDS Transport,arial,sans-serif"
OUR_FONT = "font-family:var(--app-font,Arial,Helvetica,sans-serif)"
SOURCE_MAP = re.compile(r"\n?(/\*# sourceMappingURL=.*?\*/|//# sourceMappingURL=.*)\s*$")
LICENCE = """The MIT License (MIT)

Copyright (C) 2017 Crown Copyright (Government Digital Service)

Permission is hereby granted, free of charge, to any person obtaining a copy of
this software and associated documentation files (the "Software"), to deal in
the Software without restriction, including without limitation the rights to
use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of
the Software, and to permit persons to whom the Software is furnished to do so,
subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS
FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER
IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def main(package: Path) -> None:
    """Write the stylesheet, the script, the licence and a note of what was changed."""
    manifest = json.loads((package / "package.json").read_text(encoding="utf-8"))
    if manifest["version"] != VERSION:
        sys.exit(f"Expected govuk-frontend {VERSION}, got {manifest['version']}")
    source = package / "dist" / "govuk"
    originals = {
        name: (source / name).read_bytes()
        for name in ("govuk-frontend.min.css", "govuk-frontend.min.js")
    }
    css = originals["govuk-frontend.min.css"].decode("utf-8")
    css, faces = FONT_FACE.subn("", css)
    families = css.count(FONT_FAMILY)
    css = SOURCE_MAP.sub("\n", css.replace(FONT_FAMILY, OUR_FONT))
    if (faces, families) != (2, 55) or "GDS Transport" in css:
        sys.exit(f"The stylesheet has changed: {faces} font faces, {families} families")
    script = SOURCE_MAP.sub("\n", originals["govuk-frontend.min.js"].decode("utf-8"))
    TARGET.mkdir(parents=True, exist_ok=True)
    (TARGET / "govuk-frontend.min.css").write_text(css, encoding="utf-8")
    (TARGET / "govuk-frontend.min.js").write_text(script, encoding="utf-8")
    (TARGET / "LICENSE.txt").write_text(LICENCE, encoding="utf-8")
    note = {
        "package": "govuk-frontend",
        "version": VERSION,
        "licence": "MIT",
        "sha256 of the untouched files": {
            name: hashlib.sha256(content).hexdigest() for name, content in originals.items()
        },
        "changed": [
            "removed the two @font-face rules of GDS Transport",
            "font-family now reads the custom property --app-font",
            "removed source-map comments",
            "no fonts, crest or icons copied",
        ],
    }
    (TARGET / "UPSTREAM.json").write_text(json.dumps(note, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
