from django.urls import path

from .evidence.urls import urlpatterns as evidence_urls
from .jobs.urls import urlpatterns as jobs_urls
from .merging.urls import urlpatterns as merging_urls
from .out.urls import urlpatterns as out_urls
from .privacy.urls import urlpatterns as privacy_urls
from .reminding.urls import urlpatterns as reminding_urls
from .rules.urls import urlpatterns as rules_urls
from .views.another_try import another_try
from .views.answers import answers
from .views.counting import count_again
from .views.matrix import matrix
from .views.modules import module
from .views.overview import overview
from .views.people import people, person
from .views.principles import principles
from .views.saved import view_new, view_remove, views
from .workforce.urls import urlpatterns as workforce_urls

app_name = "manager"
urlpatterns = [
    path("", overview, name="overview"),
    path("count-again/", count_again, name="count-again"),
    path("people/", people, name="people"),
    path("people/<uuid:public_id>/", person, name="person"),
    path("people/<uuid:public_id>/<slug:slug>/another-try/", another_try, name="another-try"),
    path("matrix/", matrix, name="matrix"),
    path("modules/<slug:slug>/", module, name="module"),
    path("modules/<slug:slug>/answers/", answers, name="module-answers"),
    path("principles/", principles, name="principles"),
    path("views/", views, name="views"),
    path("views/new/<slug:kind>/", view_new, name="view-new"),
    path("views/<int:pk>/remove/", view_remove, name="view-remove"),
    *rules_urls,
    *workforce_urls,
    *jobs_urls,
    *out_urls,
    *evidence_urls,
    *reminding_urls,
    *privacy_urls,
    *merging_urls,
]
