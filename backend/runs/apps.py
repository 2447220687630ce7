from django.apps import AppConfig


class RunsConfig(AppConfig):
    name = "backend.runs"
    label = "runs"

    def ready(self) -> None:
        from backend.runs.selectors import last_runs
        from backend.studio.last_runs import install

        install(last_runs)
