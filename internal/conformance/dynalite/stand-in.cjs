// Mocha loads this before the suite, which starts dynalite in its own process
// by require('..'). It gets a server that hands on every connection instead.
const Module = require('node:module')
const net = require('node:net')
const path = require('node:path')

const target = new URL(process.env.STAND_IN_FOR)
const tests = path.resolve('test')

function standIn({ ssl } = {}) {
  const server = net.createServer((client) => {
    const upstream = net.connect(target.port, target.hostname)
    client.pipe(upstream).pipe(client)
    client.on('error', () => upstream.destroy())
    upstream.on('error', () => client.destroy())
  })
  return {
    listen: (port, done) => (ssl ? done(new Error('the stand-in has no TLS')) : server.listen(port, '127.0.0.1', done)),
    close: (done) => server.close(done),
  }
}

const load = Module._load
Module._load = function (request, parent, ...rest) {
  const suites = request === '..' && parent && path.dirname(parent.filename) === tests
  return suites ? standIn : load.call(this, request, parent, ...rest)
}
