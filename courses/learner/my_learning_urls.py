"""Addresses under /my-learning/."""

from django.urls import path

from courses.learner.views import cpd, data, erasure, evidence, my_learning, peer, timeline

urlpatterns = [
    path("", my_learning.my_learning, name="my_learning"),
    path("cpd/", cpd.cpd_year, name="cpd"),
    path("cpd/<int:number>/", cpd.cpd_year, name="cpd_year"),
    path("cpd/<int:number>.csv", cpd.cpd_csv, name="cpd_csv"),
    path("cpd/<int:number>.pdf", cpd.cpd_pdf, name="cpd_pdf"),
    path("cpd/notes/<int:pk>/", cpd.cpd_note, name="cpd_note"),
    path("cpd/notes/<int:pk>/delete/", cpd.cpd_delete, name="cpd_delete"),
    path("cpd/notes/<int:pk>/ask/", cpd.cpd_ask, name="cpd_ask"),
    path("cpd/notes/<int:pk>/withdraw/", cpd.cpd_withdraw, name="cpd_withdraw"),
    path("peer/thanks/", peer.cpd_peer_thanks, name="cpd_peer_thanks"),
    path("peer/<str:token>/", peer.cpd_peer, name="cpd_peer"),
    path("data/", data.data, name="my_data"),
    path("data/json/", data.data_json, name="my_data_json"),
    path("data/csv/", data.data_csv, name="my_data_csv"),
    path("data/erasure/", erasure.erasure, name="my_erasure"),
    path("data/erasure/withdraw/", erasure.erasure_withdraw, name="my_erasure_withdraw"),
    path("data/evidence/<slug:kind>/<int:pk>/", evidence.evidence, name="my_evidence"),
    path("<slug:slug>/timeline/", timeline.timeline, name="timeline"),
    path("<slug:slug>/timeline/<int:period>/", timeline.timeline, name="timeline_period"),
]
