"""What every answer carries so that a browser protects whoever reads it."""

from collections.abc import Mapping

from flask import Flask, Response, request

from webapp import current

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
UNUSED_FEATURES = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": UNUSED_FEATURES,
    "X-Robots-Tag": "noindex, nofollow",
}
#: Pages that read codes: they may use the camera, and the decoder, which is WebAssembly.
SCANNING = frozenset(
    {"scanning.show", "scanning.choose", "installable.show", "gate.show", "gate.create"}
)
SCANNING_HEADERS: Mapping[str, str] = {
    **HEADERS,
    "Content-Security-Policy": CONTENT_SECURITY_POLICY.replace(
        "script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'"
    ),
    "Permissions-Policy": UNUSED_FEATURES.replace("camera=()", "camera=(self)"),
}
#: Nobody's data: these say themselves how long a browser keeps them.
KEPT = frozenset(
    {"static", "modules.show", "installable.worker", "installable.manifest", "units.list"}
)
TWO_YEARS = "max-age=63072000"


def headers_of(endpoint: str | None, status: int = 200) -> dict[str, str]:
    """Return what a route's answers carry; pages are never kept by a browser, static files are."""
    headers = dict(SCANNING_HEADERS if endpoint in SCANNING else HEADERS)
    if endpoint not in KEPT or status >= 400:
        headers["Cache-Control"] = "no-store"
    if current.settings().is_secure:
        headers["Strict-Transport-Security"] = TWO_YEARS
    return headers


def protect(response: Response) -> Response:
    """Add the headers."""
    response.headers.update(headers_of(request.endpoint, response.status_code))
    return response


def init_app(app: Flask) -> None:
    """Protect every answer, error pages and static files included."""
    app.after_request(protect)
