"""Security headers on every answer, errors included (WB-6, WB-7)."""

import secrets

from flask import Flask, Response, g, request

PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def install(app: Flask, *, https: bool) -> None:
    """Give each request a nonce and each answer its headers."""

    @app.before_request
    def make_nonce() -> None:
        g.csp_nonce = secrets.token_urlsafe(16)

    @app.after_request
    def add_headers(response: Response) -> Response:
        nonce = g.get("csp_nonce") or secrets.token_urlsafe(16)
        headers = response.headers
        headers.setdefault("Content-Security-Policy", content_security_policy(nonce))
        headers["X-Content-Type-Options"] = "nosniff"
        headers.setdefault("Referrer-Policy", "same-origin")
        headers["Permissions-Policy"] = PERMISSIONS
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if https:
            headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
        if request.endpoint != "static":
            headers.setdefault("Cache-Control", "no-store")
            response.vary.add("Cookie")
        return response


def content_security_policy(nonce: str) -> str:
    """Return the policy: our own files, and the one inline script that carries the nonce."""
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'nonce-{nonce}'",
            "style-src 'self'",
            "img-src 'self' data:",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        )
    )
