// SPDX-License-Identifier: GPL-3.0-or-later
// A first look at an uploaded file, before Lumi unpacks it: Lumi sets no limit to the number of files, and takes a bad
// path for a fault of its own. (The site has looked much harder before it sends anything here.)

import { open } from 'yauzl-promise';

import { Refusal } from './errors.js';

export async function checkZip(path, maxFiles) {
    let zip;
    try {
        zip = await open(path);
    } catch {
        throw new Refusal(400, 'unable-to-unzip', 'This is not an H5P package: it cannot be unzipped.');
    }
    try {
        const seen = new Set();
        for await (const entry of zip) {
            const name = entry.filename.toLowerCase();
            if (seen.size >= maxFiles) {
                throw new Refusal(400, 'too-many-files', `The package holds more than ${maxFiles} files.`);
            }
            if (seen.has(name)) {
                throw new Refusal(400, 'name-twice', 'The package holds two files of the same name.');
            }
            if (entry.isEncrypted()) {
                throw new Refusal(400, 'encrypted', 'The package is encrypted.');
            }
            if (((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000) {
                throw new Refusal(400, 'symlink', 'The package holds a symbolic link.');
            }
            seen.add(name);
        }
    } catch (error) {
        if (error instanceof Refusal) {
            throw error;
        }
        const slip = /path|filename|characters/i.test(error.message);
        throw new Refusal(
            400,
            slip ? 'bad-path' : 'unable-to-unzip',
            slip ? 'The package holds a file whose path leaves the package.' : 'The package is damaged.'
        );
    } finally {
        await zip.close();
    }
}
