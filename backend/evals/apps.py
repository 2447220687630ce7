from django.apps import AppConfig


class EvalsConfig(AppConfig):
    name = "backend.evals"
    label = "evals"
