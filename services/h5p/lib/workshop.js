// SPDX-License-Identifier: GPL-3.0-or-later
// What the service does with packages and working copies, without a word of HTTP. Everything hard is Lumi's.

import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import lumi from '@lumieducation/h5p-server';

import { faultOfTheSender, Refusal } from './errors.js';
import { emptyFolder, SafeContentStorage, SafeLibraryStorage } from './storage.js';
import { checkZip } from './zip.js';

export const CORE_API = { major: 1, minor: 28 };
const CLOSED = 'http://127.0.0.1:9/'; // Lumi asks the H5P Hub even when the hub is off: let it ask nobody
const CONTENT_TYPES =
    'json png jpg jpeg gif bmp tif tiff eot ttf woff woff2 otf webm mp4 ogg mp3 m4a wav txt pdf rtf doc docx xls xlsx ' +
    'ppt pptx odt ods odp csv md textile vtt webvtt gltf glb';
const MEGABYTE = 1024 * 1024;
const QUEUE = 20;
// Files of core 1.28 that Lumi's own list, made for 1.27, does not have; older cores lack them.
const NEWER = {
    scripts: ['js/request-queue.js', 'js/h5p-tooltip.js'],
    styles: ['fonts', 'theme-variables', 'theme', 'tooltip', 'table'].map((name) => `styles/h5p-${name}.css`),
};
const { UpdateAndInstallLibraries } = lumi.GeneralPermission;
const STRUCTURE = ['mainLibrary', 'preloadedDependencies', 'dynamicDependencies', 'editorDependencies'];

// Libraries are code: curators install them. A token for one content reaches that content.
const permissionSystem = {
    checkForUserData: async () => false,
    checkForGeneralAction: async (user, action) => user.role === 'curator' && action === UpdateAndInstallLibraries,
    checkForContent: async (user, _, id) => id === undefined || user.reach === '*' || user.reach === String(id),
    checkForTemporaryFile: async () => true,
};

// Lumi's user from the claims of a token. No name, no address: the service knows people by their public id alone.
export const userOf = (claims) => ({
    id: claims.who,
    name: 'Trainer',
    email: '',
    type: 'local',
    role: claims.role,
    reach: claims.content,
});

const label = (library) => `${library.machineName} ${library.majorVersion}.${library.minorVersion}`;

function mainLibraryOf(metadata) {
    const found = (metadata.preloadedDependencies || []).find((one) => one.machineName === metadata.mainLibrary);
    return found ? label(found) : String(metadata.mainLibrary || '');
}

const summaryOf = (id, metadata) => ({
    id: String(id),
    title: String(metadata.title || ''),
    library: mainLibraryOf(metadata),
    language: String(metadata.language || ''),
});

export class Workshop {
    // Puts right what a sudden end left behind, and installs the libraries the operator (or the demo) supplies.
    static async open(settings) {
        const workshop = new Workshop(settings);
        await emptyFolder(settings.temporary);
        await workshop.contents.sweep();
        await workshop.libraries.sweep();
        await workshop.tidy();
        setInterval(() => workshop.tidy().catch((error) => console.error('tidying:', error)), 60 * 60 * 1000).unref();
        await workshop.installSupplied(settings.libraries);
        return workshop;
    }

    constructor(settings) {
        this.settings = settings;
        this.contents = new SafeContentStorage(settings.data, settings.temporary);
        this.libraries = new SafeLibraryStorage(settings.data, settings.temporary);
        const uploads = join(settings.data, 'uploads');
        this.temporaryFiles = new lumi.fsImplementations.DirectoryTemporaryFileStorage(uploads, {
            maxPathLength: 255 + uploads.length,
        });
        this.cache = new lumi.fsImplementations.InMemoryStorage();
        this.locks = new lumi.SimpleLockProvider();
        this.editors = new Map();
        this.line = Promise.resolve();
        this.waiting = 0;
    }

    configFor(baseUrl) {
        const there = (name) => this.settings.hasEditor && existsSync(join(this.settings.core, name));
        const newer = (kind) => NEWER[kind].filter(there).map((name) => `${baseUrl}/core/${name}`);
        return new lumi.H5PConfig(new lumi.fsImplementations.InMemoryStorage(), {
            baseUrl,
            coreApiVersion: CORE_API,
            h5pVersion: `${CORE_API.major}.${CORE_API.minor}.0`,
            contentHubEnabled: false,
            hubContentTypesEndpoint: CLOSED,
            hubRegistrationEndpoint: CLOSED,
            contentHubContentEndpoint: CLOSED,
            contentHubMetadataEndpoint: CLOSED,
            fetchingDisabled: 1,
            sendUsageStatistics: false,
            setFinishedEnabled: false,
            contentUserStateSaveInterval: false,
            uuid: 'none',
            contentWhitelist: `${CONTENT_TYPES} diff patch`,
            libraryWhitelist: 'js css svg xml',
            maxFileSize: 64 * MEGABYTE,
            maxTotalSize: 256 * MEGABYTE,
            installLibraryLockMaxOccupationTime: 120_000,
            installLibraryLockTimeout: 240_000,
            platformName: 'Alongside',
            customization: {
                global: {
                    editor: { scripts: newer('scripts'), styles: newer('styles') },
                    player: { scripts: [], styles: [] },
                },
            },
        });
    }

    // Lumi writes addresses into what it answers, so that each editing page has an editor of its own.
    async editorFor(baseUrl = '') {
        if (!this.editors.has(baseUrl)) {
            await this.cache.save('contentTypeCache', []);
            await this.cache.save('contentTypeCacheUpdate', Date.now() + 10 * 365 * 24 * 60 * 60 * 1000);
            if (this.editors.size >= 50) {
                this.editors.delete(this.editors.keys().next().value);
            }
            const config = this.configFor(baseUrl);
            const editor = new lumi.H5PEditor(
                this.cache, config, this.libraries, this.contents, this.temporaryFiles, undefined,
                new lumi.UrlGenerator(config), { permissionSystem, lockProvider: this.locks, getLocalIdOverride: () => '' }
            );
            this.editors.set(baseUrl, editor);
        }
        return this.editors.get(baseUrl);
    }

    // One at a time: two packages that bring the same library never meet, and memory stays small.
    inTurn(work) {
        if (this.waiting >= QUEUE) {
            throw new Refusal(503, 'busy', 'The H5P service has too much to do. Try again in a minute.');
        }
        this.waiting += 1;
        const turn = this.line.then(work).finally(() => {
            this.waiting -= 1;
        });
        this.line = turn.catch(() => {});
        return turn;
    }

    async installing(work) {
        try {
            const done = await work();
            await this.libraries.finish();
            return done;
        } catch (error) {
            await this.libraries.undo();
            throw faultOfTheSender(error);
        }
    }

    importPackage(path, user) {
        return this.inTurn(() =>
            this.installing(async () => {
                await checkZip(path, this.settings.maxFiles);
                const editor = await this.editorFor();
                const passing = { ...user, id: `import-${randomBytes(8).toString('hex')}` };
                try {
                    const { metadata, parameters, installedLibraries } = await editor.uploadPackage(path, passing);
                    const saved = await this.store(undefined, parameters, metadata, mainLibraryOf(metadata), passing);
                    const installed = installedLibraries.map((one) => label(one.newVersion));
                    return { ...summaryOf(saved.id, saved.metadata), installed };
                } finally {
                    await rm(join(this.settings.data, 'uploads', passing.id), { recursive: true, force: true });
                }
            })
        );
    }

    installPackage(path) {
        return this.inTurn(() =>
            this.installing(async () => {
                await checkZip(path, this.settings.maxFiles);
                const editor = await this.editorFor();
                return editor.packageImporter.installLibrariesFromPackage(path);
            })
        );
    }

    async installSupplied(folder) {
        const names = folder ? await readdir(folder).catch(() => []) : [];
        for (const name of names.filter((one) => one.endsWith('.h5p')).sort()) {
            try {
                const installed = await this.installPackage(join(folder, name));
                if (installed.length > 0) {
                    console.log(`${name}: ${installed.map((one) => label(one.newVersion)).join(', ')} installed`);
                }
            } catch (error) {
                console.error(`${name}: its libraries were not installed: ${error.message}`);
            }
        }
    }

    async store(id, params, metadata, library, user) {
        const editor = await this.editorFor();
        const saved = await editor.saveOrUpdateContentReturnMetaData(id, params, metadata, library, user);
        await this.contents.finish(saved.id);
        return saved;
    }

    async create({ library, params, metadata }, user) {
        await this.needLibrary(library);
        try {
            const saved = await this.store(undefined, params, without(metadata, STRUCTURE), library, user);
            return summaryOf(saved.id, saved.metadata);
        } catch (error) {
            throw faultOfTheSender(error);
        }
    }

    async save(id, { library, params, metadata }, user) {
        const before = await this.read(id, user);
        const kept = { ...before.metadata, ...metadata };
        await this.needLibrary(library || before.library);
        try {
            const saved = await this.store(id, params, without(kept, STRUCTURE), library || before.library, user);
            return summaryOf(saved.id, saved.metadata);
        } catch (error) {
            throw faultOfTheSender(error);
        }
    }

    async needLibrary(name) {
        let library;
        try {
            library = lumi.LibraryName.fromUberName(name, { useWhitespace: true, useHyphen: false });
        } catch {
            throw new Refusal(400, 'invalid-library-name', 'This is not the name of an H5P library.');
        }
        if (!(await this.libraries.isInstalled(library))) {
            const words = `This needs an H5P library that is not installed: ${name}`;
            throw new Refusal(400, 'install-missing-libraries', words, { libraries: [name] });
        }
    }

    async need(id) {
        if (!(await this.contents.contentExists(id))) {
            throw new Refusal(404, 'not-found', 'There is no such content.');
        }
    }

    async list(user) {
        const editor = await this.editorFor();
        const found = [];
        for (const id of await editor.contentManager.listContent(user)) {
            try {
                found.push(summaryOf(id, await editor.contentManager.getContentMetadata(id, user)));
            } catch (error) {
                console.error(`content ${id} cannot be read: ${error.message}`);
            }
        }
        return found;
    }

    async read(id, user) {
        await this.need(id);
        const { h5p, params } = await (await this.editorFor()).getContent(id, user);
        return { ...summaryOf(id, h5p), params: params.params, metadata: { ...h5p } };
    }

    async delete(id, user) {
        await this.need(id);
        await (await this.editorFor()).deleteContent(id, user);
    }

    // Writes the package into a file first: what goes wrong is then known before the first byte is sent.
    async exportTo(path, id, user) {
        await this.need(id);
        const hash = createHash('sha256');
        let size = 0;
        const counting = new PassThrough();
        counting.on('data', (chunk) => {
            hash.update(chunk);
            size += chunk.length;
        });
        const written = pipeline(counting, createWriteStream(path));
        try {
            await (await this.editorFor()).exportContent(id, counting, user);
        } catch (error) {
            counting.destroy();
            await written.catch(() => {});
            if (error instanceof lumi.H5pError && error.httpStatusCode === 404) {
                throw new Refusal(409, 'library-missing', 'A library that this content needs is no longer installed.');
            }
            throw error;
        }
        await written;
        return { size, digest: hash.digest('base64') };
    }

    async countLibraries() {
        return (await this.libraries.getInstalledLibraryNames()).length;
    }

    async tidy() {
        await this.contents.forgetOlderThan(this.settings.keepDays);
        await (await this.editorFor()).temporaryFileManager.cleanUp();
    }
}

function without(metadata, names) {
    return Object.fromEntries(Object.entries(metadata).filter(([name, value]) => !names.includes(name) && value != null));
}
