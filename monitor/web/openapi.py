"""The description of the HTTP surface, OpenAPI 3.1; published at ``/openapi.json``, and a test holds it against the routes."""

from __future__ import annotations

from typing import Any

from monitor.core.ack import Action

_TOKEN = {
    "name": "token",
    "in": "path",
    "required": True,
    "description": "The signed token of a message's link.",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{43}$"},
}
_PAGE = {"text/html": {"schema": {"type": "string"}}}
_ERROR = {
    "application/json": {
        "schema": {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}}
    }
}
_CAPS = {
    "413": {"description": "The body is too large.", "content": _ERROR},
    "429": {"description": "Too many requests of one client; see Retry-After.", "content": _ERROR},
}
_REFUSED = {
    "404": {"description": "The link is damaged, or not for this line.", "content": _PAGE},
    "409": {"description": "This answer has been given already.", "content": _PAGE},
    "410": {"description": "The link has expired, or what it speaks of is over.", "content": _PAGE},
}


def describe(version: str) -> dict[str, Any]:
    """Return the document."""
    form = {
        "type": "object",
        "properties": {"action": {"type": "string", "enum": [str(a) for a in Action]}},
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "billing-monitor",
            "version": version,
            "summary": "Answers to notices, webhooks, health.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {
            "/a/{token}": {
                "parameters": [_TOKEN],
                "get": {
                    "operationId": "showNotice",
                    "summary": "Show what a link is about. Changes nothing.",
                    "responses": {
                        "200": {"description": "The page with its buttons.", "content": _PAGE},
                        **_REFUSED,
                        **_CAPS,
                    },
                },
                "post": {
                    "operationId": "answerNotice",
                    "summary": "Give an answer, once. A link made for one answer needs no body.",
                    "requestBody": {
                        "required": False,
                        "content": {"application/x-www-form-urlencoded": {"schema": form}},
                    },
                    "responses": {
                        "200": {"description": "The answer counts.", "content": _PAGE},
                        "400": {"description": "None of the link's answers was chosen.", "content": _PAGE},
                        **_REFUSED,
                        **_CAPS,
                    },
                },
            },
            "/hooks/{name}": {
                "parameters": [
                    {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}},
                ],
                "post": {
                    "operationId": "takeWebhook",
                    "summary": "Hand over what another service saw, such as a text message.",
                    "security": [{"bearer": []}],
                    "requestBody": {"required": True, "content": {"*/*": {"schema": {}}}},
                    "responses": {
                        "204": {"description": "Taken."},
                        "401": {"description": "The token is missing or wrong.", "content": _ERROR},
                        "404": {"description": "There is no such hook.", "content": _ERROR},
                        "422": {"description": "It was not understood.", "content": _ERROR},
                        **_CAPS,
                    },
                },
            },
            "/healthz": {
                "get": {
                    "operationId": "health",
                    "summary": "Whether polls and deliveries advance.",
                    "responses": {
                        "200": {
                            "description": "All is well.",
                            "content": {"application/json": {"schema": _HEALTH}},
                        },
                        "503": {
                            "description": "Something does not advance.",
                            "content": {"application/json": {"schema": _HEALTH}},
                        },
                        **_CAPS,
                    },
                }
            },
            "/openapi.json": {
                "get": {
                    "operationId": "describe",
                    "summary": "This document.",
                    "responses": {
                        "200": {"description": "OpenAPI 3.1.", "content": {"application/json": {}}}
                    },
                }
            },
        },
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "The hook's own token."}
            }
        },
    }


_HEALTH = {
    "type": "object",
    "required": ["status"],
    "properties": {
        "status": {"type": "string", "enum": ["ok", "failing"]},
        "problems": {"type": "array", "items": {"type": "string"}},
        "lines": {"type": "integer"},
        "outbox_age_seconds": {"type": ["integer", "null"]},
    },
}
