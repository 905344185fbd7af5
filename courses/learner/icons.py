# ruff: noqa: E501 (the paths of drawings)
"""Our small drawings, as inline SVG: they take the colour of the text beside them and cost no request."""

from __future__ import annotations

STROKE = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
RING = f'<circle cx="7" cy="7" r="5.6" {STROKE}/>'

# Name -> what stands in a picture of 14 by 14.
ICONS: dict[str, str] = {
    "tick": '<path d="M2 7.5 5.5 11 12 3.5" fill="none" stroke="currentColor" stroke-width="2.4" '
    'stroke-linecap="round" stroke-linejoin="round"/>',
    "cross": f'<path d="M3 3l8 8M11 3l-8 8" {STROKE}/>',
    "ring": RING,
    "half": f'{RING}<path d="M7 1.4a5.6 5.6 0 0 1 0 11.2z" fill="currentColor"/>',
    "clock": f'{RING}<path d="M7 4v3.2l2 1.4" {STROKE}/>',
    "bang": '<path d="M7 1.8v6.4" stroke="currentColor" stroke-width="2.6" stroke-linecap="round"/>'
    '<circle cx="7" cy="11.8" r="1.5" fill="currentColor"/>',
    "info": f'{RING}<path d="M7 6.6v3" {STROKE}/><circle cx="7" cy="4.2" r="1" fill="currentColor"/>',
    "right": f'<path d="M5 2.5 9.5 7 5 11.5" {STROKE}/>',
    "down": f'<path d="M2.5 5 7 9.5 11.5 5" {STROKE}/>',
    "lock": f'<rect x="2.4" y="6.2" width="9.2" height="6.4" rx="1.6" {STROKE}/><path d="M4.4 6V4.2a2.6 2.6 0 0 1 5.2 0V6" {STROKE}/>',
    "book": f'<path d="M7 3.2C5.6 2.2 3.8 2 1.8 2v9c2 0 3.8.2 5.2 1.2 1.4-1 3.2-1.2 5.2-1.2V2c-2 0-3.8.2-5.2 1.2zM7 3.2v9" {STROKE}/>',
    "paper": '<path d="M3 1h5.4L11.5 4v9H3z" fill="none" stroke="currentColor" stroke-width="1.2" stroke-linejoin="round"/>'
    '<path d="M8.2 1v3.2h3.2M5 7h4.5M5 9.4h4.5" fill="none" stroke="currentColor" stroke-width="1.2"/>',
    "bulb": f'<path d="M5 9.6a4 4 0 1 1 4 0V11H5zM5.6 13h2.8" {STROKE}/>',
    "award": f'<circle cx="7" cy="5.4" r="4" {STROKE}/><path d="M4.8 9 4 13l3-1.6L10 13l-.8-4" {STROKE}/>',
    "person": '<circle cx="7" cy="4" r="3" fill="currentColor"/><path d="M1.5 13.5a5.5 5.5 0 0 1 11 0z" fill="currentColor"/>',
    "key": f'<circle cx="4.6" cy="9.4" r="2.9" {STROKE}/><path d="M6.8 7.2 12 2M9.6 4.4l2 2" {STROKE}/>',
    "mail": f'<rect x="1.4" y="3" width="11.2" height="8.4" rx="1.4" {STROKE}/><path d="M1.8 4.2 7 8l5.2-3.8" {STROKE}/>',
    "phone": f'<rect x="3.6" y="1.4" width="6.8" height="11.2" rx="1.4" {STROKE}/><path d="M6.4 10.4h1.2" {STROKE}/>',
    "people": '<circle cx="5" cy="4.6" r="2.4" fill="currentColor"/><path d="M.8 12.4a4.2 4.2 0 0 1 8.4 0z" fill="currentColor"/>'
    '<circle cx="10.4" cy="5.6" r="1.9" fill="currentColor"/><path d="M9.8 12.4h3.6a3.3 3.3 0 0 0-4.8-3" fill="currentColor"/>',
    "search": f'<circle cx="6" cy="6" r="4.2" {STROKE}/><path d="M9.2 9.2 12.4 12.4" {STROKE}/>',
    "edit": f'<path d="M2 12l.6-2.8L9.4 2.4l2.2 2.2-6.8 6.8zM8.2 3.6l2.2 2.2" {STROKE}/>',
    "save": f'<path d="M7 1.8v7M4 6.2 7 9.2l3-3M2 12.2h10" {STROKE}/>',
    "plus": f'<path d="M7 2.4v9.2M2.4 7h9.2" {STROKE}/>',
    "left": f'<path d="M9 2.5 4.5 7 9 11.5" {STROKE}/>',
    "out": f'<path d="M5 2H2v10h3M6 7h6.4M9.8 4.2 12.5 7 9.8 9.8" {STROKE}/>',
}

MARK = (
    '<svg viewBox="0 0 40 40" aria-hidden="true" focusable="false"><path d="M6 36V19a8 8 0 0 1 16 0v17z" fill="#43275c"/>'
    '<circle cx="14" cy="7" r="5" fill="#43275c"/><path d="M20 36V24a7 7 0 0 1 14 0v12z" fill="#d9482b" opacity=".92"/>'
    '<circle cx="27" cy="13" r="4.4" fill="#d9482b"/></svg>'
)


def svg(name: str, classes: str = "icon") -> str:
    """The drawing `name`; hidden from screen readers, because a word always stands beside it."""
    return f'<svg class="{classes}" viewBox="0 0 14 14" aria-hidden="true" focusable="false">{ICONS[name]}</svg>'
