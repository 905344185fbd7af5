// SPDX-License-Identifier: GPL-3.0-or-later
// The HTTP side: /health, /api/… for the site, /edit/<id>/… for a trainer's browser. README.md describes each answer.

import express from 'express';

import { apiRoutes } from './api.js';
import { editorRoutes } from './editor.js';
import { answerWithError, Refusal } from './errors.js';
import { readToken } from './tokens.js';
import { CORE_API } from './workshop.js';

const VERSION = '1';
const HEADERS = {
    'Cache-Control': 'no-store',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
};

export const bearer = (request) => /^Bearer (\S+)$/.exec(request.get('Authorization') || '')?.[1];

export function makeApp(settings, workshop) {
    const app = express();
    app.disable('x-powered-by');
    app.disable('etag');
    app.use((request, response, next) => {
        response.set(HEADERS);
        next();
    });

    // Without a token it says that it lives, for whatever restarts it, and nothing else.
    app.get('/health', async (request, response) => {
        if (!request.get('Authorization')) {
            response.json({ status: 'ok' });
            return;
        }
        readToken(bearer(request), settings.secret);
        response.json({
            status: 'ok',
            version: VERSION,
            core_api: `${CORE_API.major}.${CORE_API.minor}`,
            editor: settings.hasEditor,
            libraries: await workshop.countLibraries(),
        });
    });
    app.use('/api', apiRoutes(settings, workshop));
    app.use('/edit/:id', editorRoutes(settings, workshop));
    app.use(() => {
        throw new Refusal(404, 'not-found', 'There is nothing at this address.');
    });
    app.use(answerWithError);
    return app;
}
