"""Addresses of the player, under /learn/<slug>/ (SURFACE). "assessment" can be no lesson's address (content.checks)."""

from django.urls import path

from courses.learner.views import activity, activity_calls, activity_words, answers, assessment, player

urlpatterns = [
    path("", player.learn, name="learn"),
    path("assessment/", assessment.intro, name="assessment"),
    path("assessment/questions/", assessment.questions, name="questions"),
    path("assessment/<int:number>/", assessment.question, name="question"),
    path("assessment/review/", assessment.review, name="review"),
    path("assessment/submit/", assessment.submit, name="submit"),
    path("assessment/result/<int:number>/", assessment.result, name="result"),
    path("<slug:lesson>/", player.lesson, name="lesson"),
    path("<slug:lesson>/finish/", player.finish, name="finish_lesson"),
    path("<slug:lesson>/check/<str:block>/", answers.check, name="check"),
    path("<slug:lesson>/activity/<str:block>/", activity.activity, name="activity"),
    path("<slug:lesson>/activity/<str:block>/words/", activity_words.words, name="activity_words"),
    path("<slug:lesson>/activity/<str:block>/calls/", activity_calls.calls, name="activity_calls"),
    path("<slug:lesson>/activity/<str:block>/renew/", activity_calls.renew, name="activity_renew"),
    path("<slug:lesson>/reflection/<str:block>/", answers.reflection, name="reflection"),
]
