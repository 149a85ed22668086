import { ContainerClient } from '@azure/storage-blob';
import { constants } from 'node:fs';
import { mkdir, open, rename, writeFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { AppConfig } from './app-config';
import { filePathOf } from './item-path';

/** Where one side of the application keeps its files. Paths are item paths that were checked. */
export interface AppStorage {
  /** For people and as configuration. */
  readonly address: string;
  /** Null where there is no such file. */
  read(path: string): Promise<{ readonly sizeBytes: number; readonly content: Readable } | null>;
  write(path: string, content: Buffer): Promise<void>;
}

/** New content is made beside the folder and then moved in, so that a reader sees the old or the new and never a part. */
export class FolderStorage implements AppStorage {
  readonly address: string;
  #written = 0;

  constructor(private readonly folder: string) {
    this.address = `folder ${folder}`;
  }

  async read(path: string) {
    try {
      const handle = await open(filePathOf(this.folder, path), constants.O_RDONLY | constants.O_NOFOLLOW);
      const { size } = await handle.stat();
      return { sizeBytes: size, content: handle.createReadStream() };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ELOOP' || code === 'ENOTDIR') return null;
      throw error;
    }
  }

  async write(path: string, content: Buffer): Promise<void> {
    const place = filePathOf(this.folder, path);
    const temporary = `${this.folder}.incoming-${process.pid}-${(this.#written += 1)}`;
    await writeFile(temporary, content, { flush: true });
    await mkdir(place.subarray(0, place.lastIndexOf('/')), { recursive: true });
    await rename(temporary, place);
  }
}

export class BlobStorage implements AppStorage {
  readonly address: string;
  readonly #container: ContainerClient;

  constructor(private readonly storage: AppConfig['storage']) {
    this.#container = new ContainerClient(storage.connectionString, storage.container);
    this.address = `container ${this.#container.url}`;
  }

  async read(path: string) {
    try {
      const answer = await this.#blob(path).download();
      const content = answer.readableStreamBody as Readable | undefined;
      return content === undefined ? null : { sizeBytes: answer.contentLength ?? 0, content };
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode === 404) return null;
      throw error;
    }
  }

  async write(path: string, content: Buffer): Promise<void> {
    await this.#blob(path).upload(content, content.length);
  }

  #blob(path: string) {
    return this.#container.getBlockBlobClient(this.storage.prefix + path);
  }
}
