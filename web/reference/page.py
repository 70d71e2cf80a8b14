"""The page with the API's documentation: nothing of it comes from elsewhere, so it is there without the internet, too."""

from __future__ import annotations

from html import escape

from fastapi.responses import HTMLResponse

from web.assets import address

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Huxue: API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{style}">
</head>
<body>
<main id="reference"></main>
<script src="{script}"></script>
</body>
</html>
"""

POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"
"""What the page may load; its styles are set by its script."""


async def show_reference() -> HTMLResponse:
    """Show the API's documentation."""
    page = PAGE.format(style=escape(address("reference.css")), script=escape(address("reference.js")))
    return HTMLResponse(page, headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"})
