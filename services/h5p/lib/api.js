// SPDX-License-Identifier: GPL-3.0-or-later
// What the site calls. A token in the Authorization header with every call; JSON both ways, packages as they are.

import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

import express from 'express';

import { bearer } from './app.js';
import { Refusal } from './errors.js';
import { reaches, readToken } from './tokens.js';
import { receive, withFile } from './uploads.js';
import { userOf } from './workshop.js';

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

function needBody(request, ...names) {
    const body = request.body;
    if (!isObject(body)) {
        throw new Refusal(400, 'malformed-request', 'A JSON object was expected.');
    }
    for (const name of names) {
        if (!isObject(body[name])) {
            throw new Refusal(400, 'malformed-request', `"${name}" has to be an object.`);
        }
    }
    if (body.library !== undefined && typeof body.library !== 'string') {
        throw new Refusal(400, 'malformed-request', '"library" has to be a text.');
    }
    return body;
}

export function apiRoutes(settings, workshop) {
    const routes = express.Router();
    const json = express.json({ limit: settings.maxJsonBytes });

    routes.use((request, response, next) => {
        request.claims = readToken(bearer(request), settings.secret);
        request.user = userOf(request.claims);
        next();
    });
    const everything = (request, response, next) => {
        reaches(request.claims, '*');
        next();
    };
    routes.param('id', (request, response, next, id) => {
        if (!/^[0-9]{1,20}$/.test(id)) {
            throw new Refusal(404, 'not-found', 'There is no such content.');
        }
        reaches(request.claims, id);
        next();
    });

    routes.post('/packages', everything, async (request, response) => {
        const announced = Number(request.get('Content-Length') || 0);
        const imported = await withFile(settings.temporary, '.h5p', async (path) => {
            if ((await receive(request, path, settings.maxUploadBytes, announced)) === 0) {
                throw new Refusal(400, 'malformed-request', 'No package was sent.');
            }
            return workshop.importPackage(path, request.user);
        });
        response.status(201).json(imported);
    });

    routes.get('/contents', everything, async (request, response) => {
        response.json({ contents: await workshop.list(request.user) });
    });

    routes.post('/contents', everything, json, async (request, response) => {
        const body = needBody(request, 'params', 'metadata');
        response.status(201).json(await workshop.create({ library: '', ...body }, request.user));
    });

    routes.get('/contents/:id', async (request, response) => {
        response.json(await workshop.read(request.params.id, request.user));
    });

    routes.put('/contents/:id', json, async (request, response) => {
        const body = needBody(request, 'params', 'metadata');
        response.json(await workshop.save(request.params.id, body, request.user));
    });

    routes.delete('/contents/:id', async (request, response) => {
        await workshop.delete(request.params.id, request.user);
        response.json({ deleted: request.params.id });
    });

    routes.get('/contents/:id/export', async (request, response) => {
        await withFile(settings.temporary, '.h5p', async (path) => {
            const { size, digest } = await workshop.exportTo(path, request.params.id, request.user);
            response.set({
                'Content-Type': 'application/zip',
                'Content-Length': String(size),
                'Content-Digest': `sha-256=:${digest}:`,
                'Content-Disposition': `attachment; filename="${request.params.id}.h5p"`,
            });
            await pipeline(createReadStream(path), response).catch(() => {}); // whoever asked has gone
        });
    });
    return routes;
}
