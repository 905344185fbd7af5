// SPDX-License-Identifier: GPL-3.0-or-later
// H5P's own editor, when the operator has supplied its files. A trainer's browser comes with a token in the address;
// it becomes a cookie that is good for this one content's pages, so that the token stays in no history.

import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';

import lumi from '@lumieducation/h5p-server';
import express from 'express';

import { faultOfTheSender, Refusal } from './errors.js';
import { editorPage } from './page.js';
import { reaches, readToken } from './tokens.js';
import { receiveForm, withFile } from './uploads.js';
import { userOf } from './workshop.js';

const PAGE = fileURLToPath(new URL('../page', import.meta.url));
const COOKIE = 'h5p-edit';
const HUB_ACTIONS = new Set(['library-install', 'get-content', 'content-hub-metadata-cache']);
const NO_HUB = { levels: [], languages: [], licenses: [], disciplines: [] };
// H5P's editor and its CKEditor write inline handlers and styles. The page has an origin of its own, and only what
// curators installed runs in it.
const POLICY =
    "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; " +
    "img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self' data:; connect-src 'self'; " +
    "frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

function cookieOf(request) {
    const found = (request.get('Cookie') || '').split(/; */).find((one) => one.startsWith(`${COOKIE}=`));
    return found?.slice(COOKIE.length + 1);
}

export function editorRoutes(settings, workshop) {
    const routes = express.Router({ mergeParams: true });
    const json = express.json({ limit: settings.maxJsonBytes });
    const files = { index: false, redirect: false, fallthrough: false, maxAge: '1h' };

    routes.use((request, response, next) => {
        const id = request.params.id;
        const fresh = typeof request.query.token === 'string' ? request.query.token : '';
        request.claims = readToken(fresh || cookieOf(request), settings.secret);
        if (!/^[0-9]{1,20}$/.test(id)) {
            throw new Refusal(404, 'not-found', 'There is no such content.');
        }
        reaches(request.claims, id);
        if (!settings.hasEditor) {
            const words = "H5P's own editor is not installed on this site. Use the forms, or upload a new file.";
            throw new Refusal(501, 'editor-missing', words);
        }
        if (request.method !== 'GET' && (request.get('Sec-Fetch-Site') || 'same-origin') !== 'same-origin') {
            throw new Refusal(403, 'other-origin', 'This came from another site.');
        }
        request.user = userOf(request.claims);
        response.set('Content-Security-Policy', POLICY);
        next();
    });

    routes.get('/', async (request, response) => {
        const id = request.params.id;
        await workshop.need(id);
        if (request.query.token) {
            response.cookie(COOKIE, request.query.token, {
                path: `/edit/${id}`, httpOnly: true, sameSite: 'strict', secure: settings.overHttps, encode: String,
                expires: new Date(request.claims.expires * 1000),
            });
            // A page of ours in between: a cookie that is strict is not sent when the site's link is followed on.
            response.type('html').send(`<!doctype html><meta http-equiv="refresh" content="0;url=/edit/${id}">`);
            return;
        }
        const editor = await workshop.editorFor(`/edit/${id}`);
        editor.setRenderer((model) => editorPage(id, model));
        response.type('html').send(await editor.render(id, 'en', request.user));
    });

    const endpoint = async (request) => new lumi.H5PAjaxEndpoint(await workshop.editorFor(`/edit/${request.params.id}`));

    routes.get('/params/:content', async (request, response) => {
        await workshop.need(request.params.id);
        response.json(await (await endpoint(request)).getContentParameters(request.params.id, request.user));
    });

    routes.get('/ajax', async (request, response) => {
        const { action, machineName, majorVersion, minorVersion, language } = request.query;
        if (HUB_ACTIONS.has(action)) {
            response.json({ success: true, data: NO_HUB });
            return;
        }
        const found = await endpoint(request);
        response.json(await found.getAjax(action, machineName, majorVersion, minorVersion, language, request.user));
    });

    routes.post('/ajax', async (request, response) => {
        const { action, language, id, hubId } = request.query;
        if (HUB_ACTIONS.has(action)) {
            throw new Refusal(400, 'hub-off', 'The H5P Hub is not used here.');
        }
        await withFile(settings.temporary, '.h5p', async (path) => {
            const { fields, file } = await receiveForm(request, path, settings.maxUploadBytes);
            const found = await endpoint(request);
            const work = () =>
                found.postAjax(action, fields, language, request.user, file, id, undefined, file, hubId);
            const done = action === 'library-upload' ? workshop.inTurn(() => workshop.installing(work)) : work();
            response.json(await Promise.resolve(done).catch((error) => Promise.reject(faultOfTheSender(error))));
        });
    });

    routes.post('/save', json, async (request, response) => {
        const { library, params } = request.body || {};
        if (typeof library !== 'string' || typeof params?.params !== 'object' || typeof params?.metadata !== 'object') {
            throw new Refusal(400, 'malformed-request', 'The editor sent something incomplete.');
        }
        response.json(await workshop.save(request.params.id, { library, ...params }, request.user));
    });

    const sendRange = async (request, response, ask) => {
        let found;
        try {
            found = await ask((size) => {
                const ranges = request.range(size);
                return Array.isArray(ranges) && ranges.type === 'bytes' ? ranges[0] : undefined;
            });
        } catch (error) {
            throw faultOfTheSender(error);
        }
        const { mimetype, range, stats, stream } = found;
        response.set({ 'Content-Type': mimetype, 'Accept-Ranges': 'bytes' });
        response.set('Content-Length', String(range ? range.end - range.start + 1 : stats.size));
        if (range) {
            response.status(206).set('Content-Range', `bytes ${range.start}-${range.end}/${stats.size}`);
        }
        await pipeline(stream, response).catch(() => {});
    };
    const rest = (request) => [request.params.file].flat().join('/');

    routes.get('/content/:content/*file', async (request, response) => {
        reaches(request.claims, request.params.content);
        const found = await endpoint(request);
        await sendRange(request, response, (range) =>
            found.getContentFile(request.params.content, rest(request), request.user, range)
        );
    });
    routes.get('/temp-files/*file', async (request, response) => {
        const found = await endpoint(request);
        await sendRange(request, response, (range) => found.getTemporaryFile(rest(request), request.user, range));
    });
    routes.get('/libraries/:library/*file', async (request, response) => {
        const found = await endpoint(request);
        await sendRange(request, response, () => found.getLibraryFile(request.params.library, rest(request)));
    });
    routes.use('/core', express.static(settings.core || PAGE, files));
    routes.use('/editor', express.static(settings.editor || PAGE, files));
    routes.use('/page', express.static(PAGE, files));
    return routes;
}
