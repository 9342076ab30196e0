// Package host runs Lambda functions as processes of this machine: the user's
// own executables, unchanged, over the Lambda Runtime API of 2018-06-01.
//
// A sandbox is one process, one Runtime API on an address of its own, and one
// invocation at a time. Sandboxes start when an invocation finds none idle, are
// reused, the last one used first, and end when they have been idle for long,
// when they crash, when they overrun their timeout, and with the [Host]. What
// AWS would refuse is refused by the model (package lambda), which the Host
// asks first; what only this machine cannot do says so.
//
// No process outlives its Host. [Host.Close] ends them all. When the Host's own
// process is killed, the kernel (on Linux) and a second process, the [Warden],
// end them, with whatever they have started themselves. Only a process that
// leaves its process group escapes.
//
// What differs from AWS:
//
//   - A process is not frozen between invocations: what it leaves running in
//     the background goes on.
//   - Memory and CPU are the machine's. MemorySize is told to the function and
//     written in the report, and nothing is enforced. A Go function is told, in
//     GOMAXPROCS, to use as many CPUs as its memory brings on AWS.
//   - There is no user, no file system and no /tmp of the sandbox's own.
//   - Of extensions only the one that aws-lambda-go registers for SIGTERM is
//     known.
//
// The package is internal to the program; its interface may change with any
// commit.
package host
