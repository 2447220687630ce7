from django.apps import AppConfig


class ServiceApiConfig(AppConfig):
    name = "backend.service_api"
    label = "service_api"
