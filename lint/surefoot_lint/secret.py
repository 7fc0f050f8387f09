"""Secrets in a text: passwords, private keys, tokens of well-known services; found, and masked.

Each pattern has a mark that a text must hold, which is much faster to look for. Shapes of tokens are public:
https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from typing import NamedTuple

MASK = "********"
PASSWORD_MARKS = ("assword", "ASSWORD")
PASSWORD = re.compile(r"\bpassword\s+(?:\(\s*)?(?:E|U&)?'+(?P<secret>(?:[^'])+)'", re.IGNORECASE)
CONNINFO = re.compile(r"\bpassword\s*=\s*(?:''|\\?')?(?P<secret>[^\s'\\,;)]+)", re.IGNORECASE)
CONNECTION = re.compile(r"\b(?:host|hostaddr|user|dbname|port)\s*=", re.IGNORECASE)
PLACEHOLDER = re.compile(
    r"\$?\{.*\}|<.*>|%.*|:.*|\$\w+|\*+|x+|\.+|your.*|(?:my|the|some)?[-_]?(?:pass(?:word)?|pwd|secret)|.*EXAMPLE.*",
    re.IGNORECASE,
)
KEYS: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    (
        "a private key",
        "PRIVATE KEY",
        re.compile(
            r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----(?P<secret>[^-]*+(?:-(?!----)[^-]*+)*+(?=-----END)|[^-]*+)"
        ),
    ),
    (
        "a password in a connection string",
        "://",
        re.compile(r"\b\w[\w+]*://[^\s:/@'\"]*:(?P<secret>[^\s/@'\"]+)@[^\s'\"]"),
    ),
    ("a token (JWT)", "eyJ", re.compile(r"\b(?P<secret>eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,})", re.ASCII)),
    ("an AWS key", "IA", re.compile(r"\b(?P<secret>(?:AKIA|ASIA)[A-Z2-7]{16})\b")),
    ("a Stripe key", "_live_", re.compile(r"\b(?P<secret>[sr]k_live_[A-Za-z0-9]{16,})\b")),
    ("a Stripe key", "whsec_", re.compile(r"\b(?P<secret>whsec_[A-Za-z0-9+/]{24,})")),
    ("a GitHub token", "gh", re.compile(r"\b(?P<secret>gh[pousr]_[A-Za-z0-9]{36,})\b")),
    ("a GitHub token", "github_pat_", re.compile(r"\b(?P<secret>github_pat_\w{60,})\b", re.ASCII)),
    ("a GitLab token", "glpat-", re.compile(r"\b(?P<secret>glpat-[\w-]{20,})", re.ASCII)),
    ("a Google key", "AIza", re.compile(r"\b(?P<secret>AIza[\w-]{35})\b", re.ASCII)),
    ("a Slack token", "xox", re.compile(r"\b(?P<secret>xox[abprs]-[0-9A-Za-z-]{10,})")),
    ("an API key", "sk-", re.compile(r"\b(?P<secret>sk-(?:proj-|ant-|svcacct-)[\w-]{20,})", re.ASCII)),
    ("a SendGrid key", "SG.", re.compile(r"\b(?P<secret>SG\.[\w-]{22}\.[\w-]{43})\b", re.ASCII)),
    ("a Supabase key", "sb_secret_", re.compile(r"\b(?P<secret>sb_secret_[\w-]{20,})", re.ASCII)),
)


class Secret(NamedTuple):
    """A secret in a text: what it is, and where the secret part stands."""

    what: str
    start: int
    end: int


def passwords_in(text: str) -> Iterator[Secret]:
    """Find passwords as statements about roles and user mappings write them: PASSWORD and a string."""
    if any(mark in text for mark in PASSWORD_MARKS):
        yield from (_secret("a password", match) for match in PASSWORD.finditer(text) if _is_real(match))


def keys_in(text: str) -> Iterator[Secret]:
    """Find what is a secret by its shape, wherever it stands."""
    for what, mark, pattern in KEYS:
        if mark in text:
            yield from (_secret(what, match) for match in pattern.finditer(text) if _is_real(match))
    if any(mark in text for mark in PASSWORD_MARKS) and CONNECTION.search(text):
        for match in CONNINFO.finditer(text):
            if _is_real(match):
                yield _secret("a password in a connection string", match)


def masked(text: str) -> str:
    """Put stars in the place of all secrets; the lines of a text stay as many as they were."""
    for secret in sorted({*passwords_in(text), *keys_in(text)}, key=lambda one: one.start, reverse=True):
        line_ends = "\n" * text.count("\n", secret.start, secret.end)
        text = text[: secret.start] + MASK + line_ends + text[secret.end :]
    return text


def _secret(what: str, match: re.Match[str]) -> Secret:
    return Secret(what, *match.span("secret"))


def _is_real(match: re.Match[str]) -> bool:
    """Tell a secret from a placeholder, and from the token of Supabase that is made to be known (role anon)."""
    value = match["secret"]
    if PLACEHOLDER.fullmatch(value):
        return False
    if not value.startswith("eyJ"):
        return True
    return not _is_public(value.split(".")[1])


def _is_public(claims: str) -> bool:
    try:
        return b'"role":"anon"' in urlsafe_b64decode(claims + "=" * (-len(claims) % 4)).replace(b" ", b"")
    except ValueError:
        return False
