// SPDX-License-Identifier: GPL-3.0-or-later
// One shape for everything that goes wrong: {"error": code, "message": words}. Stack traces go to the log alone.

import { createRequire } from 'node:module';

import lumi from '@lumieducation/h5p-server';

const WORDS = createRequire(import.meta.url)('@lumieducation/h5p-server/build/assets/translations/server/en.json');
const HEADLINES = new Set(['package-validation-failed']);

export class Refusal extends Error {
    constructor(status, code, message, more = {}) {
        super(message);
        this.status = status;
        this.code = code;
        this.more = more;
    }
}

function inWords(error) {
    const code = error.errorId.split(':').pop();
    const words = WORDS[code] || 'The H5P library refused this.';
    return words.replace(/{{([\w-]+)}}/g, (_, name) => String(error.replacements?.[name] ?? ''));
}

function refusalOf(error) {
    const parts = error instanceof lumi.AggregateH5pError ? error.getErrors() : [];
    const telling = parts.find((part) => part instanceof lumi.H5pError) || error;
    const code = (HEADLINES.has(error.errorId) ? telling : error).errorId.split(':').pop();
    const words = parts.length > 0 ? parts.slice(0, 5).map(inWords).join(' ') : inWords(error);
    const more = {};
    if (code === 'install-missing-libraries') {
        more.libraries = String(error.replacements.libraries || '').split(', ').filter(Boolean);
    }
    return new Refusal(error.httpStatusCode, code, words, more);
}

const isOfTheSystem = (error) => typeof error.code === 'string' && /^E[A-Z]+$/.test(error.code);

// What a package or its content made Lumi throw. Lumi answers 500 to most faults of a package, and throws plain errors
// on a path that leaves the package (zip-slip) or on JSON of an odd shape: for whoever sent it, all of that is "400".
export function faultOfTheSender(error) {
    if (error instanceof Refusal || isOfTheSystem(error)) {
        return error;
    }
    if (error instanceof lumi.H5pError) {
        const refusal = refusalOf(error);
        if (refusal.status >= 500 && !/lock|storage|error-creating/.test(error.errorId)) {
            refusal.status = 400;
        }
        return refusal;
    }
    console.error('refused:', error.message);
    return new Refusal(400, 'unreadable', 'This is not a readable H5P package or content.');
}

// The last handler of the app: from an error to an answer.
export function answerWithError(error, request, response, next) {
    if (response.headersSent) {
        response.destroy();
        return;
    }
    let refusal = error;
    if (error instanceof lumi.H5pError) {
        refusal = refusalOf(error);
    } else if (error.type === 'entity.too.large') {
        refusal = new Refusal(413, 'too-large', 'This is larger than the H5P service accepts.');
    } else if (!(error instanceof Refusal) && error.status >= 400 && error.status < 500) {
        refusal =
            error.status === 404
                ? new Refusal(404, 'not-found', 'There is nothing here.')
                : new Refusal(error.status, 'malformed-request', 'The request could not be read.');
    } else if (error.code === 'ENOSPC') {
        refusal = new Refusal(503, 'disk-full', 'The disk of the H5P service is full.');
    }
    if (!(refusal instanceof Refusal) || refusal.status >= 500) {
        console.error(`${request.method} ${request.path}:`, error);
    }
    if (!(refusal instanceof Refusal)) {
        refusal = new Refusal(500, 'internal', 'The H5P service made an error.');
    }
    if (!request.complete && (request.get('Content-Length') || request.get('Transfer-Encoding'))) {
        response.set('Connection', 'close'); // what is still being sent is not read
    }
    response.status(refusal.status).json({ error: refusal.code, message: refusal.message, ...refusal.more });
}
