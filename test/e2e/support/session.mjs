// polc-shim in front of the recording server: what went in, what came out,
// what the server was given and what the audit log says.
import {existsSync, mkdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

import {readAudit} from './audit.mjs';
import {cases, folder, later, recorder, shim} from './paths.mjs';
import {Peer} from './peer.mjs';

export class Session {
  // options: policy (a file), state, auditFile, server (arguments of the
  // recorder)
  static async start(t, options = {}) {
    const session = new Session();
    session.folder = folder(t);
    session.record = join(session.folder, 'server');
    mkdirSync(session.record);
    session.auditFile =
        options.auditFile ?? join(session.folder, 'audit.jsonl');
    const policy = options.policy ?? join(cases, 'f1.pol');
    session.peer = new Peer(shim, [
      '--policy', policy, '--state', options.state ?? 'memory:', '--audit',
      session.auditFile, '--', process.execPath, recorder, session.record,
      ...(options.server ?? [])
    ]);
    later(t, () => session.peer.stop());
    await session.peer.initialize();
    return session;
  }

  // All that the server was given so far, as lines.
  received() {
    const file = join(this.record, 'received');
    if (!existsSync(file)) return [];
    return readFileSync(file, 'latin1').split('\n').filter((l) => l !== '');
  }

  audit() {
    return readAudit(this.auditFile);
  }

  // Sends `bytes` and reports all that came of it, once a ping that was sent
  // after it has come back.
  async probe(bytes, name = 'probe') {
    const before = {
      received: this.received().length,
      audit: this.audit().length,
      messages: this.peer.messages.length,
    };
    const start = process.hrtime.bigint();
    this.peer.send(bytes);
    await this.peer.fence(name);
    const isFence = (m) => String(m.id).startsWith('fence-');
    return {
      milliseconds: Number(process.hrtime.bigint() - start) / 1e6,
      answers: this.peer.messages.slice(before.messages)
                   .filter((m) => !isFence(m)),
      forwarded: this.received().slice(before.received)
                     .filter((line) => !line.includes('"fence-')),
      audited: this.audit().slice(before.audit),
    };
  }
}
