"""What every answer carries so that a browser protects whoever reads it."""

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
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": UNUSED_FEATURES,
    "X-Robots-Tag": "noindex, nofollow",
}
TWO_YEARS = "max-age=63072000"


def protect(response: Response) -> Response:
    """Add the headers; pages are never kept by a browser or proxy, static files are."""
    response.headers.update(HEADERS)
    if request.endpoint != "static" or response.status_code >= 400:
        response.headers["Cache-Control"] = "no-store"
    if current.settings().is_secure:
        response.headers["Strict-Transport-Security"] = TWO_YEARS
    return response


def init_app(app: Flask) -> None:
    """Protect every answer, error pages and static files included."""
    app.after_request(protect)
