// SPDX-License-Identifier: GPL-3.0-or-later
// Bodies of requests that are too large for memory go into files, counted while they come.

import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import busboy from 'busboy';

import { Refusal } from './errors.js';

const tooLarge = (limit) =>
    new Refusal(413, 'too-large', `The file is larger than the ${Math.floor(limit / 1024 / 1024)} MB allowed.`);

// A path of its own for `work`, gone afterwards, whatever happens.
export async function withFile(folder, ending, work) {
    const path = join(folder, `${randomBytes(12).toString('hex')}${ending}`);
    try {
        return await work(path);
    } finally {
        await rm(path, { force: true });
    }
}

export async function receive(stream, path, limit, announced = 0) {
    if (announced > limit) {
        throw tooLarge(limit);
    }
    let size = 0;
    const counting = new Transform({
        transform(chunk, _, done) {
            size += chunk.length;
            done(size > limit ? tooLarge(limit) : null, chunk);
        },
    });
    await pipeline(stream, counting, createWriteStream(path));
    return size;
}

// What H5P's own editor sends: a few fields and at most one file, put at `path`.
export async function receiveForm(request, path, limit) {
    const fields = Object.create(null);
    let file = null;
    let written = Promise.resolve();
    const parser = busboy({ headers: request.headers, limits: { fields: 500, fieldSize: 8 * 1024 * 1024, files: 1 } });
    parser.on('field', (name, value) => {
        if (name.endsWith('[]')) {
            (fields[name.slice(0, -2)] ??= []).push(value);
        } else {
            fields[name] = value;
        }
    });
    parser.on('file', (field, stream, { filename, mimeType }) => {
        file = { field, name: filename || 'file', mimetype: mimeType, tempFilePath: path, size: 0 };
        written = receive(stream, path, limit).then((size) => {
            file.size = size;
        });
        written.catch(() => stream.resume());
    });
    try {
        await pipeline(request, parser);
    } catch {
        throw new Refusal(400, 'malformed-request', 'The form could not be read.');
    }
    await written;
    return { fields, file };
}
