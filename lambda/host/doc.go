// Package host runs Lambda functions as processes of this machine: the user's
// own executables, unchanged, or any other command, such as an interpreter with a
// client (package lambda/interpreter), over the Lambda Runtime API of 2018-06-01.
//
// A sandbox is one process with a Runtime API at an address of its own; it runs
// one invocation at a time. A sandbox starts when an invocation finds none idle.
// It is reused, the last one used first. It ends when it has been idle for long,
// when it crashes, when an invocation exceeds its timeout, and with the [Host].
// The Host first asks the model (package lambda), which refuses what AWS refuses.
// If only this machine lacks the means, the error says so. As many sandboxes run as
// AWS allows, if the free memory, measured at each start, holds another one as large
// as the largest that was seen of its function.
//
// No process outlives its sandbox, and none its Host. [Host.Close] ends all of
// them. If the Host's own process is killed, the kernel (on Linux) and a second
// process, the [Warden], end them and the processes that they started.
//
// On Linux this includes what has left its process group: every process of a
// sandbox carries a mark in its environment, and is found by it in /proc, as are
// its children. A process that also clears its environment and loses its parent
// between two looks ends with the Host if that adopts orphans, and escapes only a
// kill of the Host. On macOS every process that leaves its group escapes.
//
// What differs from AWS:
//
//   - A process that has left its group is not frozen between invocations.
//   - CPU is the machine's. GOMAXPROCS makes a Go function use as many CPUs as its
//     memory brings on AWS.
//   - MemorySize is enforced by measuring, on Linux only: every 100 ms while a
//     sandbox runs, and at each answer, the resident memory of all its processes is
//     added up. More than MemorySize and an eighth ends the sandbox as on AWS. A
//     function can exceed it unseen for less than the interval, and between
//     invocations.
//   - A sandbox has no user, no file system and no /tmp of its own.
//   - The only known extension is the one that aws-lambda-go registers for
//     SIGTERM.
//
// The package is internal to the program; its interface may change with any
// commit.
package host
