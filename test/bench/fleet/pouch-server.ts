/**
 * express-pouchdb as a process of its own, from the folder it was installed into: `pouch-server FOLDER`. Tells its parent
 * the port. Its declarations are not installed here, so the few calls made are described below.
 */
import { mkdirSync } from 'node:fs';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

interface ExpressApp {
  use(path: string, handler: unknown): void;
  listen(port: number, host: string, onListening: () => void): Server;
}

interface PouchConstructor {
  defaults(options: { readonly prefix: string }): unknown;
}

const folder = process.argv[2]!;
const require = createRequire(join(folder, 'package.json'));
const express = require('express') as () => ExpressApp;
const pouch = require('pouchdb') as PouchConstructor;
const expressPouch = require('express-pouchdb') as (pouch: unknown, options: object) => unknown;

const data = join(folder, 'server');
mkdirSync(data, { recursive: true });
const app = express();
app.use(
  '/',
  expressPouch(pouch.defaults({ prefix: `${data}/` }), {
    mode: 'minimumForPouchDB',
    inMemoryConfig: true,
    logPath: join(folder, 'pouch.log'),
  }),
);
const server = app.listen(0, '127.0.0.1', () =>
  process.send?.({ port: (server.address() as AddressInfo).port }),
);
process.once('disconnect', () => process.exit(0));
