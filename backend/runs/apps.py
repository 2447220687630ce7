from django.apps import AppConfig


class RunsConfig(AppConfig):
    name = "backend.runs"
    label = "runs"

    def ready(self) -> None:
        from backend.core import health
        from backend.runs.health import worker
        from backend.runs.selectors import last_runs, version_has_runs
        from backend.studio import version_runs
        from backend.studio.last_runs import install

        health.register("worker", worker)
        install(last_runs)
        version_runs.install(version_has_runs)
