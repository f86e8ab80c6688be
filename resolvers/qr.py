"""QR codes: what a client shows for another device to read."""

from __future__ import annotations

from io import BytesIO

import segno


def qr_svg(text: str) -> str:
    """An SVG image, to be shown as it is."""
    drawn = BytesIO()
    segno.make(text, error="m").save(drawn, kind="svg", xmldecl=False, svgns=True, scale=4, border=4)
    return drawn.getvalue().decode().strip()
