// SPDX-License-Identifier: GPL-3.0-or-later
// Lumi's file storages, made to survive being killed at any moment: what is half done is known by a mark, and put right
// at the next start. (A power cut may still cost what was written in the last seconds; nothing here is a record.)

import { randomBytes } from 'node:crypto';
import { cp, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import lumi from '@lumieducation/h5p-server';

const { FileContentStorage, FileLibraryStorage } = lumi.fsImplementations;

const scratch = (folder) => join(folder, randomBytes(12).toString('hex'));

async function writeWhole(path, text, temporary) {
    const fresh = scratch(temporary);
    await writeFile(fresh, text);
    await rename(fresh, path);
}

async function entries(folder) {
    await mkdir(folder, { recursive: true });
    return readdir(folder);
}

// Working copies. A new one is marked until `finish`: killed before that, it is gone at the next start.
export class SafeContentStorage extends FileContentStorage {
    constructor(data, temporary) {
        super(join(data, 'contents'));
        this.folder = join(data, 'contents');
        this.marks = join(data, 'unfinished', 'contents');
        this.temporary = temporary;
    }

    async addContent(metadata, content, user, given) {
        const isNew = given === undefined || given === null;
        const id = String(isNew ? await this.createContentId() : given);
        if (isNew) {
            await mkdir(this.marks, { recursive: true });
            await writeFile(join(this.marks, id), '');
            await mkdir(join(this.folder, id));
        }
        await writeWhole(join(this.folder, id, 'content.json'), JSON.stringify(content), this.temporary);
        await writeWhole(join(this.folder, id, 'h5p.json'), JSON.stringify(metadata), this.temporary);
        return id;
    }

    async finish(id) {
        await rm(join(this.marks, String(id)), { force: true });
    }

    async listContent(user) {
        const unfinished = new Set(await entries(this.marks));
        return (await super.listContent(user)).filter((id) => !unfinished.has(id));
    }

    // Lumi copies "../<id>/<file>" from the content it names, and takes ".." for an id.
    async fileExists(id, filename) {
        return /^[0-9]{1,20}$/.test(String(id)) && super.fileExists(id, filename);
    }

    async deleteContent(id) {
        const gone = scratch(this.temporary);
        try {
            await rename(join(this.folder, String(id)), gone);
        } catch (error) {
            if (error.code === 'ENOENT') {
                throw new lumi.H5pError('storage-file-implementations:delete-content-not-found', {}, 404);
            }
            throw error;
        }
        await rm(gone, { recursive: true, force: true });
    }

    async sweep() {
        for (const id of await entries(this.marks)) {
            await rm(join(this.folder, id), { recursive: true, force: true });
            await rm(join(this.marks, id), { force: true });
        }
        const listed = new Set(await this.listContent());
        for (const id of await readdir(this.folder)) {
            if (!listed.has(id)) {
                await rm(join(this.folder, id), { recursive: true, force: true });
            }
        }
    }

    async forgetOlderThan(days) {
        const limit = Date.now() - days * 24 * 60 * 60 * 1000;
        for (const id of await this.listContent()) {
            if ((await stat(join(this.folder, id, 'h5p.json'))).mtimeMs < limit) {
                await this.deleteContent(id);
            }
        }
    }
}

// Libraries. While one is being written a mark stands for it, with the old files when it is an update; imports come one
// at a time, so that `finish` ends every mark there is.
export class SafeLibraryStorage extends FileLibraryStorage {
    constructor(data, temporary) {
        super(join(data, 'libraries'));
        this.marks = join(data, 'unfinished', 'libraries');
        this.temporary = temporary;
    }

    async addLibrary(metadata, restricted) {
        await mkdir(join(this.marks, lumi.LibraryName.toUberName(metadata)), { recursive: true });
        return super.addLibrary(metadata, restricted);
    }

    async updateLibrary(metadata) {
        const name = lumi.LibraryName.toUberName(metadata);
        const copy = scratch(this.temporary);
        await cp(this.getDirectoryPath(metadata), copy, { recursive: true });
        await mkdir(this.marks, { recursive: true });
        await rename(copy, join(this.marks, name));
        return super.updateLibrary(metadata);
    }

    // Every mark at once: half of them would bring back half of an old library.
    async finish() {
        const gone = scratch(this.temporary);
        await entries(this.marks);
        await rename(this.marks, gone);
        await rm(gone, { recursive: true, force: true });
    }

    // Also after an import that failed: Lumi deletes a library whose update fails.
    async undo() {
        for (const name of await entries(this.marks)) {
            const folder = join(this.getLibrariesDirectory(), name);
            await rm(folder, { recursive: true, force: true });
            if ((await readdir(join(this.marks, name))).length > 0) {
                await rename(join(this.marks, name), folder);
            }
        }
        await this.finish();
    }

    async sweep() {
        await this.undo();
        for (const name of await this.getInstalledLibraryNames()) {
            if (!(await this.isInstalled(name))) {
                await rm(this.getDirectoryPath(name), { recursive: true, force: true });
            }
        }
    }
}

export async function emptyFolder(folder) {
    for (const name of await entries(folder)) {
        await rm(join(folder, name), { recursive: true, force: true });
    }
}
