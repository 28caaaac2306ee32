"""Two paths for pages' answers and receipts: include("charte.urls")."""

from django.urls import path

from . import views

app_name = "charte"
urlpatterns = [path("answer", views.answer, name="answer"), path("receipts", views.receipts, name="receipts")]
