"""Secrets of a flow: never stored or shown in the clear, never lost by saving what was shown."""

from __future__ import annotations

import pytest

from backend.core import vault
from backend.core.errors import AppError
from backend.studio.environment import MASK, environment_blank, environment_mask, environment_values
from backend.studio.services import app_publish, draft_save, version_restore
from tests import factories
from tests.backend.studio import flows

SECRET = {"id": "1", "name": "TOKEN", "value_type": "secret", "value": "s3cret", "description": "kept"}
PLAIN = {"id": "2", "name": "REGION", "value_type": "string", "value": "eu"}


def _flow(*variables: dict[str, object]) -> dict[str, object]:
    return flows.document(environment_variables=list(variables))


def test_secrets_are_sealed_masked_blanked_and_opened_for_a_run(world: factories.World) -> None:
    app = flows.app(world.workspace, flow=_flow(SECRET, PLAIN))
    stored = flows.draft(app).document
    assert "s3cret" not in str(stored)
    assert stored["environment_variables"][1] == PLAIN
    assert environment_values(world.workspace.id, app.id, stored) == {"TOKEN": "s3cret", "REGION": "eu"}
    assert environment_mask(stored)["environment_variables"][0] == {**SECRET, "value": MASK}
    assert environment_blank(stored)["environment_variables"][0] == {**SECRET, "value": ""}


def test_saving_the_mask_keeps_the_secret_and_a_new_value_replaces_it(world: factories.World) -> None:
    app = flows.app(world.workspace, flow=_flow(SECRET))
    sealed = flows.draft(app).document
    draft_save(app=app, user=None, document=_flow({**SECRET, "value": MASK}, PLAIN), base_revision=1)
    assert flows.draft(app).document["environment_variables"][0] == sealed["environment_variables"][0]
    draft_save(app=app, user=None, document=_flow({**SECRET, "value": "changed"}), base_revision=2)
    assert environment_values(world.workspace.id, app.id, flows.draft(app).document) == {"TOKEN": "changed"}
    draft_save(app=app, user=None, document=_flow({**SECRET, "value": ""}), base_revision=3)
    assert environment_values(world.workspace.id, app.id, flows.draft(app).document) == {"TOKEN": ""}


def test_a_restored_version_has_its_secrets(world: factories.World) -> None:
    app = flows.app(world.workspace, flow=_flow(SECRET))
    first, _ = app_publish(app=app, user=None)
    draft_save(app=app, user=None, document=_flow(), base_revision=1)
    draft = version_restore(app=app, version=first, user=None, base_revision=2)
    assert environment_values(world.workspace.id, app.id, draft.document) == {"TOKEN": "s3cret"}


def test_a_secret_opens_in_its_own_app_only(world: factories.World) -> None:
    app, other = flows.app(world.workspace, flow=_flow(SECRET)), flows.app(world.workspace)
    with pytest.raises(vault.VaultError):
        environment_values(world.workspace.id, other.id, flows.draft(app).document)


def test_a_secret_is_text(world: factories.World) -> None:
    with pytest.raises(AppError) as caught:
        flows.app(world.workspace, flow=_flow({**SECRET, "value": 5}))
    assert caught.value.details["field"] == "document.environment_variables.TOKEN"
