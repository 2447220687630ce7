"""Mails that ask people to fill in a form, for flows that want them and where a mail server is set up."""

from __future__ import annotations

import logging
import smtplib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.validators import validate_email
from django.db import connection

from backend.accounts.models import Membership
from backend.runs.forms import form_token
from workers.engine.events import FormRequired
from workers.engine.nodes.human_input import HumanInputNode
from workers.engine.plan import Plan

logger = logging.getLogger(__name__)

UNSENT_BACKEND = "django.core.mail.backends.console.EmailBackend"
URL_MARK = "{{#url#}}"
TIMEOUT_S = 20
MAX_RECIPIENTS = 200


def mail_forms(workspace_id: uuid.UUID, plan: Plan, forms: Sequence[FormRequired]) -> int:
    """Send the mails that these forms ask for; returns how many. Each person gets one of their own. Blocks; never raises."""
    try:
        messages = [message for form in forms for message in _messages(workspace_id, plan, form)]
        if not messages:
            return 0
        if settings.EMAIL_BACKEND == UNSENT_BACKEND:
            logger.warning("%d mails about forms were not sent: no mail server is set up (EMAIL_URL)", len(messages))
            return 0
        return int(get_connection(timeout=TIMEOUT_S).send_messages(messages) or 0)
    except (OSError, smtplib.SMTPException) as failure:
        logger.warning("mails about forms could not be sent: %s", failure)
        return 0
    finally:
        connection.close()


def _messages(workspace_id: uuid.UUID, plan: Plan, form: FormRequired) -> Iterable[EmailMessage]:
    node = plan.nodes[form.node_id].node
    if not isinstance(node, HumanInputNode):
        return
    url = f"{settings.PUBLIC_URL}/form/{form_token(form.form_id)}"
    for method in node.config.delivery_methods:
        if not method.enabled or method.type != "email":
            continue
        subject = " ".join(str(method.config.get("subject") or form.title).split())
        body = str(method.config.get("body") or URL_MARK)
        body = body.replace(URL_MARK, url) if URL_MARK in body else f"{body}\n\n{url}"
        for address in _addresses(workspace_id, method.config.get("recipients")):
            yield EmailMessage(subject, body, to=[address])


def _addresses(workspace_id: uuid.UUID, recipients: Any) -> list[str]:
    """List who gets a mail: members of the workspace by id, others by address, each once."""
    raw = recipients if isinstance(recipients, Mapping) else {}
    items = [item for item in raw.get("items") or () if isinstance(item, Mapping)]
    named = {str(item.get("user_id") or item.get("reference_id") or "") for item in items if item.get("type") == "member"}
    members = Membership.objects.filter(workspace_id=workspace_id, user__is_active=True).select_related("user")
    found = [member.user.email for member in members if raw.get("whole_workspace") or str(member.user_id) in named]
    found += [str(item.get("email") or "").strip() for item in items if item.get("type") != "member"]
    return [address for address in dict.fromkeys(found) if _is_address(address)][:MAX_RECIPIENTS]


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
