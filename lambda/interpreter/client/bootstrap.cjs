// Runs a Lambda function of Node.js over the Runtime API, as AWS's own clients
// (docs/aws/runtimes.md#nodejs) do: as that of nodejs22.x and before, with callbacks,
// or as that of nodejs24.x. It needs Node.js 18 or later and no package.
'use strict';

const net = require('node:net');
const fs = require('node:fs');
const path = require('node:path');
const util = require('node:util');
const { Writable } = require('node:stream');

const runtime = /^AWS_Lambda_nodejs(\d+)/.exec(process.env.AWS_EXECUTION_ENV ?? '');
const callbacks = !runtime || Number(runtime[1]) < 24;
const root = process.env.LAMBDA_TASK_ROOT;
const PREFIX = '/2018-06-01/runtime/';

// Errors that the client finds itself, with the names that AWS gives them.
function named(name) {
  const made = { [name]: class extends Error {} }[name];
  made.prototype.name = `Runtime.${name}`;
  return made;
}
const ImportModuleError = named('ImportModuleError');
const HandlerNotFound = named('HandlerNotFound');
const MalformedHandlerName = named('MalformedHandlerName');
const UserCodeSyntaxError = named('UserCodeSyntaxError');
const NodeJsExit = named('NodeJsExit');
const UnhandledPromiseRejection = named('UnhandledPromiseRejection');
const CallbackHandlerDeprecated = named('CallbackHandlerDeprecated');
const JSONStringifyError = named('JSONStringifyError');
const MalformedStreamingHandler = named('MalformedStreamingHandler');
const InvalidStreamingOperation = named('InvalidStreamingOperation');

// An API is the Runtime API over one connection. Requests wait in line. The
// connection keeps the process alive only while somebody waits for a reply.
class API {
  constructor(address) {
    this.address = address;
    this.waiting = []; // of replies, in the order of the requests
    this.parts = [];
    const [host, port] = address.split(':');
    this.socket = net.connect({ host, port: Number(port), noDelay: true });
    this.socket.unref();
    this.socket.on('data', (part) => this.receive(part));
    // The sandbox is gone.
    this.socket.on('error', () => process.exit(1));
    this.socket.on('close', () => process.exit(1));
  }

  // request returns a promise of the reply.
  request(method, name, body = '', headers = '') {
    const text = Buffer.from(body);
    const length = method === 'POST' ? `Content-Length: ${text.length}\r\nContent-Type: application/json\r\n` : '';
    const head = `${method} ${PREFIX}${name} HTTP/1.1\r\nHost: ${this.address}\r\n${length}${headers}\r\n`;
    this.socket.ref();
    this.socket.write(text.length ? Buffer.concat([Buffer.from(head), text]) : head);
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  next() { return this.request('GET', 'invocation/next'); }
  respond(id, body) { return this.request('POST', `invocation/${id}/response`, body); }

  fail(id, error) {
    return this.postError(id === undefined ? 'init/error' : `invocation/${id}/error`, error);
  }

  postError(name, error) {
    const said = reported(error);
    return this.request('POST', name, JSON.stringify(said), `${ERROR_TYPE}: ${headerText(said.errorType)}\r\n`);
  }

  receive(part) {
    this.parts.push(part);
    for (;;) {
      let all = this.parts.length === 1 ? this.parts[0] : Buffer.concat(this.parts);
      this.parts = [all];
      const end = all.indexOf('\r\n\r\n');
      if (end < 0) return;
      const headers = {};
      for (const line of all.latin1Slice(0, end).split('\r\n').slice(1)) {
        const colon = line.indexOf(':');
        headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
      }
      const length = Number(headers['content-length'] ?? 0);
      const from = end + 4;
      if (all.length < from + length) {
        this.await(from + length);
        return;
      }
      const body = all.subarray(from, from + length);
      all = all.subarray(from + length);
      this.parts = all.length ? [all] : [];
      const resolve = this.waiting.shift();
      if (this.waiting.length === 0) this.socket.unref();
      resolve({ headers, body });
      if (all.length === 0) return;
    }
  }

  // await collects the parts of a long reply and joins them once.
  await(whole) {
    let have = this.parts[0].length;
    const collect = (part) => {
      this.parts.push(part);
      have += part.length;
      if (have < whole) return;
      this.socket.off('data', collect);
      const all = Buffer.concat(this.parts);
      this.parts = [];
      this.socket.on('data', (more) => this.receive(more));
      this.receive(all);
    };
    this.socket.removeAllListeners('data');
    this.socket.on('data', collect);
  }
}

const ERROR_TYPE = 'Lambda-Runtime-Function-Error-Type';
const ERROR_BODY = 'Lambda-Runtime-Function-Error-Body';

function headerText(value) { return String(value).replace(/[^\x20-\x7e]/g, '?'); }

// A ResponseStream is the answer to one invocation, sent as the function writes it, over a
// connection of its own.
class ResponseStream extends Writable {
  constructor(address, id, highWaterMark) {
    super(highWaterMark === undefined ? {} : { highWaterMark });
    const [host, port] = address.split(':');
    this.target = { address, id };
    this.contentType = 'application/octet-stream';
    this.opened = false; // the head is sent
    this.trailers = '';
    this.socket = net.connect({ host, port: Number(port), noDelay: true });
    // Settled when the Runtime API has taken the answer, and has closed the connection.
    this.done = new Promise((resolve, reject) => {
      this.socket.resume().on('close', () => {
        if (this.writableFinished) resolve();
        else reject(this.errored ?? new Error('aborted'));
      });
    });
    this.done.catch(() => {}); // it may be that nobody waits
    this.socket.on('error', (error) => this.destroy(error));
  }

  setContentType(contentType) {
    if (this.begun) throw new InvalidStreamingOperation('Cannot set content-type, too late.');
    this.contentType = contentType;
  }

  write(chunk, ...rest) {
    if (typeof chunk !== 'string' && !Buffer.isBuffer(chunk) && chunk?.constructor !== Uint8Array) {
      chunk = JSON.stringify(chunk);
    }
    if (!this.begun) {
      this.begun = true;
      this._onBeforeFirstWrite?.((first) => super.write(first));
    }
    return super.write(chunk, ...rest);
  }

  head() {
    if (this.opened) return '';
    this.opened = true;
    return `POST ${PREFIX}invocation/${this.target.id}/response HTTP/1.1\r\nHost: ${this.target.address}\r\n` +
      `Content-Type: ${headerText(this.contentType)}\r\nLambda-Runtime-Function-Response-Mode: streaming\r\n` +
      `Transfer-Encoding: chunked\r\nTrailer: ${ERROR_TYPE}, ${ERROR_BODY}\r\nConnection: close\r\n\r\n`;
  }

  _write(chunk, _, callback) {
    const size = chunk.length ? `${chunk.length.toString(16)}\r\n` : ''; // an empty chunk would be the last
    this.socket.cork();
    this.socket.write(this.head() + size);
    if (size) this.socket.write(chunk);
    this.socket.write(size ? '\r\n' : '', callback);
    this.socket.uncork();
  }

  _final(callback) { this.socket.write(`${this.head()}0\r\n${this.trailers}\r\n`, callback); }

  // _destroy ends the connection before the answer's end. The Runtime API sees it before
  // done is settled, and so before the next invocation is asked for.
  _destroy(error, callback) {
    if (!this.writableFinished) this.socket.end(this.head());
    callback(error);
  }

  // fail ends the answer with an error, and returns when it is taken.
  async fail(error) {
    logError('Invoke Error', error);
    const said = reported(error);
    this.trailers = `${ERROR_TYPE}: ${headerText(said.errorType)}\r\n` +
      `${ERROR_BODY}: ${Buffer.from(JSON.stringify(said)).toString('base64')}\r\n`;
    if (!this.writableEnded && !this.destroyed) this.end();
    await this.done.catch(() => {});
  }
}

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');
const HIGH_WATER_MARK = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark');

// offerStreams makes the global that functions use to stream.
function offerStreams() {
  if (['1', 'true'].includes(process.env.AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA)) return;
  globalThis.awslambda = {
    streamifyResponse(handler, options) {
      handler[STREAMING] = 'response';
      if (typeof options?.highWaterMark === 'number') handler[HIGH_WATER_MARK] = Math.trunc(options.highWaterMark);
      return handler;
    },
    HttpResponseStream: class HttpResponseStream {
      static from(stream, prelude) {
        stream.setContentType('application/vnd.awslambda.http-integration-response');
        const text = JSON.stringify(prelude);
        stream._onBeforeFirstWrite = (write) => {
          write(text);
          write(new Uint8Array(8));
        };
        return stream;
      }
    },
  };
}

function streams(handler) {
  const kind = handler[STREAMING];
  if (kind === undefined || kind === null || kind === false) return false;
  if (kind !== 'response') throw new MalformedStreamingHandler('Only response streaming is supported.');
  return true;
}

// answerStreaming returns when a function that streams has answered an invocation.
async function answerStreaming(stream, result) {
  if (typeof result?.then !== 'function') {
    const text = 'Streaming does not support non-async handlers.';
    throw callbacks ? text : new Error(text);
  }
  if (await result !== undefined) console.warn('Streaming handlers ignore return values.');
  await stream.done;
}

// reported returns an error as the Runtime API takes it.
function reported(error) {
  try {
    const like = error && ['name', 'message', 'stack'].every((key) => typeof error[key] === 'string' && error[key]);
    if (util.types.isNativeError(error) || error instanceof Error || like && callbacks) {
      return {
        errorType: error.name?.replaceAll('\x7f', '%7F'),
        errorMessage: error.message?.replaceAll('\x7f', '%7F'),
        trace: error.stack.replaceAll('\x7f', '%7F').split('\n'),
      };
    }
    return { errorType: typeof error, errorMessage: callbacks ? error.toString() : String(error), trace: [] };
  } catch {
    return {
      errorType: 'handled',
      errorMessage: 'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack',
    };
  }
}

// Logs.

const json = process.env.AWS_LAMBDA_LOG_FORMAT?.toUpperCase() === 'JSON';
const levels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
let requestId = callbacks ? undefined : '-';
let tenantId;

function loggable(_, value) {
  if (!(value instanceof Error)) return value;
  return { ...facts(value), ...value };
}

function facts(error) {
  return {
    errorType: error.constructor?.name ?? 'UnknownError',
    errorMessage: error.message,
    stackTrace: typeof error.stack === 'string' ? error.stack.split('\n') : [],
  };
}

function jsonLine(level, values) {
  const line = { timestamp: new Date().toISOString(), level, requestId };
  if (tenantId != null) line.tenantId = tenantId;
  if (values.length !== 1) {
    line.message = util.format(...values);
    const error = values.find((value) => value instanceof Error);
    return JSON.stringify({ ...line, ...(error && facts(error)) });
  }
  try {
    return JSON.stringify({ ...line, message: values[0] }, loggable);
  } catch {
    return JSON.stringify({ ...line, message: util.format(values[0]) });
  }
}

function log(level, values) {
  const line = json ? jsonLine(level, values)
    : `${new Date().toISOString()}\t${requestId}\t${level}\t${util.format(...values)}`;
  process.stdout.write(line.replace(/\n/g, '\r') + '\n');
}

function patchConsole() {
  const least = Math.max(0, levels.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL?.toUpperCase()));
  levels.forEach((level, i) => {
    const write = i >= least || level === 'FATAL' ? (...values) => log(level, values) : () => {};
    console[level.toLowerCase()] = write;
    if (level === 'INFO') console.log = write;
  });
}

function logError(title, error) {
  const made = error instanceof Error ? error : new Error(error);
  if (json) {
    console.error(made);
    return;
  }
  const whole = (_, value) => {
    if (!(value instanceof Error)) return value;
    const all = { errorType: value.name, errorMessage: value.message, code: value.code, ...value };
    if (typeof value.stack === 'string') all.stack = value.stack.split('\n');
    return all;
  };
  let text;
  try {
    text = JSON.stringify(made, whole);
  } catch {
    text = JSON.stringify(reported(made));
  }
  console.error(title, '\t' + text);
}

// Finding the function.

// importable makes import search the folders named node_modules of NODE_PATH, as on
// AWS. Node.js itself searches them for require only.
function importable() {
  const folders = (process.env.NODE_PATH ?? '').split(path.delimiter)
    .filter((dir) => path.basename(dir) === 'node_modules' && fs.existsSync(dir));
  if (folders.length === 0) return;
  const module = require('node:module');
  const { pathToFileURL } = require('node:url');
  const parents = folders.map((dir) => pathToFileURL(path.join(path.dirname(dir), 'any.js')).href);
  const bare = /^(?![./]|[a-z]+:)/i;
  if (module.registerHooks) {
    module.registerHooks({
      resolve(specifier, context, next) {
        try {
          return next(specifier, context);
        } catch (error) {
          if (!bare.test(specifier)) throw error;
          for (const parentURL of parents) {
            try { return next(specifier, { ...context, parentURL }); } catch { continue; }
          }
          throw error;
        }
      },
    });
  } else if (module.register) {
    module.register('data:text/javascript,' + encodeURIComponent(`
      const parents = ${JSON.stringify(parents)};
      export async function resolve(specifier, context, next) {
        try {
          return await next(specifier, context);
        } catch (error) {
          if (!${bare}.test(specifier)) throw error;
          for (const parentURL of parents) {
            try { return await next(specifier, { ...context, parentURL }); } catch { continue; }
          }
          throw error;
        }
      }`));
  }
}

// point has the second SDK take the endpoint from the environment, as the third does.
function point() {
  const endpoint = process.env.AWS_ENDPOINT_URL;
  const module = require('node:module');
  const loadAny = module._load;
  if (!endpoint) return;
  module._load = function _load(request, ...rest) {
    const loaded = loadAny.call(this, request, ...rest);
    const found = /^(.*\/node_modules\/)?aws-sdk(\/|$)/.exec(request);
    if (found) {
      const { config } = loadAny.call(this, `${found[1] ?? ''}aws-sdk/global`, ...rest);
      if (!config.endpoint) config.update({ endpoint });
    }
    return loaded;
  };
}

function load(file) {
  importable();
  return import(require('node:url').pathToFileURL(file).href);
}

// isModule says whether a .js file is an ES module by the package.json above it.
function isModule(folder) {
  for (; !folder.endsWith('/node_modules'); folder = path.dirname(folder)) {
    const file = path.join(folder, 'package.json');
    if (fs.existsSync(file)) {
      try {
        return JSON.parse(fs.readFileSync(file, 'utf8'))?.type === 'module';
      } catch (error) {
        console.warn(`${file} cannot be read, it will be ignored for ES module detection purposes.`, error);
        return false;
      }
    }
    if (folder === path.dirname(folder)) break;
  }
  return false;
}

async function loadModule(folder, name) {
  const file = path.resolve(root, folder, name);
  const has = (extension) => fs.existsSync(file + extension) && (extension || fs.statSync(file).isFile());
  if (!callbacks) {
    for (const extension of ['', '.js', '.mjs', '.cjs']) {
      if (has(extension)) return load(file + extension);
    }
  } else {
    if (has('')) return require(file);
    const module = has('.js') && isModule(path.dirname(file));
    if (has('.js') && !module) return require(file + '.js');
    if (module) return load(file + '.js');
    if (has('.mjs')) return load(file + '.mjs');
    if (has('.cjs')) return require(file + '.cjs');
  }
  const found = require.resolve(name, { paths: [root, folder] });
  return callbacks ? require(found) : load(found);
}

async function findHandler(handler) {
  if (handler.includes('..')) {
    throw new MalformedHandlerName(`'${handler}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`);
  }
  const base = path.basename(handler);
  const folder = handler.slice(0, handler.indexOf(base));
  const dot = base.indexOf('.');
  if (dot < 0) throw new MalformedHandlerName('Bad handler');
  let module;
  try {
    module = await loadModule(folder, base.slice(0, dot));
  } catch (error) {
    if (error instanceof SyntaxError) throw new UserCodeSyntaxError(error);
    if (error?.code === 'MODULE_NOT_FOUND') throw new ImportModuleError(error);
    throw error;
  }
  const inside = (object) => base.slice(dot + 1).split('.').reduce((nested, key) => nested && nested[key], object);
  const found = inside(module) ?? (callbacks ? undefined : inside(module?.default));
  if (!found) throw new HandlerNotFound(`${handler} is undefined or not exported`);
  if (typeof found !== 'function') throw new HandlerNotFound(`${handler} is not a function`);
  return found;
}

// Invocations.

function contextOf(headers) {
  const parsed = (header, name) => {
    if (header === undefined) return undefined;
    try {
      return JSON.parse(header);
    } catch (error) {
      throw new Error(`Cannot parse ${name} as json: ${error.toString()}`);
    }
  };
  const trace = headers['lambda-runtime-trace-id'];
  if (trace) process.env._X_AMZN_TRACE_ID = trace;
  else delete process.env._X_AMZN_TRACE_ID;
  const deadline = headers['lambda-runtime-deadline-ms'];
  return {
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: parsed(headers['lambda-runtime-client-context'], 'ClientContext'),
    identity: parsed(headers['lambda-runtime-cognito-identity'], 'CognitoIdentity'),
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: requestId,
    tenantId,
    getRemainingTimeInMillis: () => deadline - Date.now(),
    ...(callbacks ? {} : { xRayTraceId: trace }),
  };
}

// receive returns the next invocation.
async function receive(api) {
  const { headers, body } = await api.next();
  requestId = headers['lambda-runtime-aws-request-id'];
  tenantId = headers['lambda-runtime-aws-tenant-id'];
  return { headers, body: body.toString() };
}

function stringified(result) {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? 'null';
  } catch {
    throw new (callbacks ? Error : JSONStringifyError)('Unable to stringify response body');
  }
}

let onEmpty = () => {}; // what happens when the event loop has nothing left to do
let current; // id of the invocation that runs or ran last; undefined: the init phase

// A Runtime runs invocations as AWS's client of nodejs22.x does.
class Runtime {
  constructor(api, handler) {
    this.api = api;
    this.handler = handler;
    this.isAsync = handler.constructor?.name === 'AsyncFunction';
    this.streams = streams(handler);
  }

  schedule() { setImmediate(() => this.streams ? this.onceStreaming() : this.once()); }

  async onceStreaming() {
    const { headers, body } = await receive(this.api);
    current = requestId;
    const stream = new ResponseStream(this.api.address, requestId, this.handler[HIGH_WATER_MARK]);
    const context = { callbackWaitsForEmptyEventLoop: true };
    try {
      const event = JSON.parse(body);
      await answerStreaming(stream, this.handler(event, stream, Object.assign(context, contextOf(headers))));
    } catch (error) {
      await stream.fail(error);
    }
    if (!context.callbackWaitsForEmptyEventLoop) {
      this.schedule();
      return;
    }
    onEmpty = () => {
      onEmpty = () => {};
      this.schedule();
    };
  }

  async once() {
    const { headers, body } = await receive(this.api);
    const id = requestId;
    current = id;
    const call = this.callOf(id);
    onEmpty = () => {
      call.settled = true;
      onEmpty = () => {};
      if (this.isAsync) {
        this.postError(id, new NodeJsExit('The Lambda runtime client detected an unexpected Node.js exit code. ' +
          'This is most commonly caused by a Promise that was never settled. ' +
          'For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes'));
      } else {
        this.post(id, null);
      }
    };
    try {
      const context = Object.defineProperty(call.context, 'callbackWaitsForEmptyEventLoop', {
        enumerable: true, get: () => call.waits, set: (waits) => { call.waits = waits; },
      });
      const event = JSON.parse(body);
      const result = this.handler(event, Object.assign(context, contextOf(headers)), call.callback);
      if (typeof result?.then === 'function') {
        result.then(context.succeed, context.fail).catch(context.fail);
      }
    } catch (error) {
      call.callback(error);
    }
  }

  // callOf returns what a handler may call to end its invocation. The first call
  // counts.
  callOf(id) {
    const call = { waits: true, settled: false };
    const once = (then) => (...values) => {
      if (call.settled) return;
      then(...values);
      call.settled = true;
    };
    const done = (error, result) => {
      onEmpty = () => {};
      if (error !== undefined && error !== null) this.postError(id, error);
      else this.post(id, result);
    };
    call.callback = once((error, result) => {
      if (error === undefined || error === null) {
        if (call.waits) {
          onEmpty = () => {
            onEmpty = () => {};
            setImmediate(() => this.post(id, result));
          };
          return;
        }
      }
      done(error, result);
    });
    call.context = {
      succeed: once((result) => done(null, result)),
      fail: once((error) => done(error ?? 'handled')),
      done: once(done),
    };
    return call;
  }

  post(id, result) {
    this.api.respond(id, stringified(result));
    this.schedule();
  }

  postError(id, error) {
    logError('Invoke Error', error);
    this.api.fail(id, error);
    this.schedule();
  }
}

// serveAwaiting runs invocations as AWS's client of nodejs24.x does.
async function serveAwaiting(api, handler) {
  const streaming = streams(handler);
  for (;;) {
    const { headers, body } = await receive(api);
    const id = requestId;
    const context = contextOf(headers);
    const event = JSON.parse(body);
    if (streaming) {
      const stream = new ResponseStream(api.address, id, handler[HIGH_WATER_MARK]);
      try {
        await answerStreaming(stream, handler(event, stream, context));
      } catch (error) {
        await stream.fail(error);
      }
      continue;
    }
    try {
      const text = stringified(await handler(event, context));
      // A rejection that nobody caught ends the process before its answer.
      await new Promise((resolve) => { setImmediate(resolve); });
      api.respond(id, text);
    } catch (error) {
      logError('Invoke Error', error);
      api.fail(id, error);
    }
  }
}

function watchForUncaught(api) {
  process.on('uncaughtException', (error) => {
    logError('Uncaught Exception', error);
    api.fail(current, error).then(() => process.exit(129));
  });
  process.on('unhandledRejection', (reason, promise) => {
    const error = Object.assign(new UnhandledPromiseRejection(reason), { reason, promise });
    logError('Unhandled Promise Rejection', error);
    api.fail(current, error).then(() => process.exit(128));
  });
  process.on('beforeExit', () => onEmpty());
}

const CALLBACK_WARNING = 'AWS Lambda plans to remove support for callback-based function handlers starting with Node.js 24. ' +
  'You will need to update this function to use an async handler to use Node.js 24 or later. ' +
  'For more information and to provide feedback on this change, see https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/issues/137. ' +
  'To disable this warning, set the AWS_LAMBDA_NODEJS_DISABLE_CALLBACK_WARNING environment variable.';
const CALLBACK_ERROR = 'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. ' +
  'You need to modify this function to use a supported handler signature to use Node.js 24 or later. ' +
  'For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.';

async function main() {
  patchConsole();
  point();
  offerStreams();
  const api = new API(process.env.AWS_LAMBDA_RUNTIME_API);
  if (callbacks) {
    watchForUncaught(api);
    let served;
    try {
      served = new Runtime(api, await findHandler(process.env._HANDLER));
    } catch (error) {
      logError('Uncaught Exception', error);
      await api.fail(undefined, error);
      process.exit(129);
    }
    const { handler } = served;
    if (!served.streams && handler.length === 3 && handler.constructor?.name !== 'AsyncFunction' &&
        process.env.AWS_LAMBDA_NODEJS_DISABLE_CALLBACK_WARNING === undefined) {
      console.warn(CALLBACK_WARNING);
    }
    served.schedule();
    return;
  }
  let handler;
  try {
    handler = await findHandler(process.env._HANDLER);
    if (!streams(handler) && handler.length > 2) throw new CallbackHandlerDeprecated(CALLBACK_ERROR);
  } catch (error) {
    logError('Init Error', error);
    await api.fail(undefined, error);
    process.stderr.write(`${error?.stack ?? error}\n`);
    process.exit(1);
  }
  await serveAwaiting(api, handler);
}

main();
