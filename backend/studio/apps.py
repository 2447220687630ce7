from django.apps import AppConfig


class StudioConfig(AppConfig):
    name = "backend.studio"
    label = "studio"
