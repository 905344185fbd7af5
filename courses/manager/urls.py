from django.urls import path

from .views.another_try import another_try
from .views.assignments import assignments, end
from .views.exports import exports, matrix_csv, module_csv, people_csv
from .views.matrix import matrix
from .views.modules import module
from .views.overview import overview
from .views.people import people, person

app_name = "manager"
urlpatterns = [
    path("", overview, name="overview"),
    path("people/", people, name="people"),
    path("people/<uuid:public_id>/", person, name="person"),
    path("people/<uuid:public_id>/<slug:slug>/another-try/", another_try, name="another-try"),
    path("matrix/", matrix, name="matrix"),
    path("modules/<slug:slug>/", module, name="module"),
    path("assignments/", assignments, name="assignments"),
    path("assignments/<int:pk>/end/", end, name="assignment-end"),
    path("exports/", exports, name="exports"),
    path("exports/matrix.csv", matrix_csv, name="matrix-csv"),
    path("exports/people.csv", people_csv, name="people-csv"),
    path("exports/modules/<slug:slug>.csv", module_csv, name="module-csv"),
]
