"""Which methods an address of a content host answers.

Django's own decorators (`require_POST`) write what they refuse into the log with its whole address, and here the
address is the secret: a launch token, a capability.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def only(*methods: str) -> Callable[[View[P]], View[P]]:
    """Lets a view answer these methods; any other is answered 405."""

    def decorated(view: View[P]) -> View[P]:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            return view(request, *args, **kwargs)

        return cast("View[P]", wrapped)

    return decorated
