// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that differs between installations, from the environment; README.md lists it.

import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

export class SettingsError extends Error {}

const SHORTEST_SECRET = 32;

function number(env, name, otherwise, lowest, highest) {
    const text = env[name] || String(otherwise);
    if (!/^\d{1,15}$/.test(text) || Number(text) < lowest || Number(text) > highest) {
        throw new SettingsError(`${name}=${text} is not a number from ${lowest} to ${highest}`);
    }
    return Number(text);
}

export function readSettings(env) {
    const secret = env.H5P_SERVICE_TOKEN || '';
    if (secret.length < SHORTEST_SECRET) {
        throw new SettingsError(
            `H5P_SERVICE_TOKEN is ${secret ? 'too short' : 'not set'}: ` +
                `a secret of at least ${SHORTEST_SECRET} characters, the same as the site's`
        );
    }
    if (!env.H5P_DATA) {
        throw new SettingsError('H5P_DATA is not set: the folder where working copies and libraries are kept');
    }
    const data = resolve(env.H5P_DATA);
    const core = env.H5P_CORE ? resolve(env.H5P_CORE) : '';
    const editor = env.H5P_EDITOR ? resolve(env.H5P_EDITOR) : '';
    const host = env.HOST || '127.0.0.1';
    const port = number(env, 'PORT', 9000, 0, 65535);
    const temporary = join(data, 'temporary');
    try {
        mkdirSync(temporary, { recursive: true, mode: 0o700 });
    } catch (error) {
        throw new SettingsError(`${data} cannot be written (${error.code})`);
    }
    return {
        secret,
        data,
        temporary,
        core,
        editor,
        host,
        port,
        hasEditor: Boolean(
            core &&
                editor &&
                existsSync(join(core, 'js', 'h5p.js')) &&
                existsSync(join(editor, 'scripts', 'h5peditor-editor.js'))
        ),
        libraries: env.H5P_LIBRARIES ? resolve(env.H5P_LIBRARIES) : '',
        overHttps: (env.H5P_PUBLIC_ORIGIN || '').startsWith('https://'),
        maxUploadBytes: number(env, 'H5P_MAX_BYTES', 256 * 1024 * 1024, 1024, 4 * 1024 ** 3),
        maxJsonBytes: 8 * 1024 * 1024,
        maxFiles: 10_000,
        keepDays: number(env, 'H5P_KEEP_DAYS', 30, 1, 3650),
    };
}
