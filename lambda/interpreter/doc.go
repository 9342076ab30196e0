// Package interpreter makes functions of Python and Node.js runnable by the
// interpreters of this machine: it chooses one, unpacks the package and its layers,
// has pip or npm install what a package asks for, and says which command runs the
// function in which environment. A small client of ours, embedded in the program,
// stands between the interpreter and the Runtime API, and behaves as AWS's
// (docs/aws/runtimes.md#python, docs/aws/runtimes.md#nodejs).
//
// What differs from AWS: the interpreter's version may be another than the
// runtime's. /opt and /var/task do not exist: the folders are where they are, and the
// variables that list them say so. boto3 and the SDK for JavaScript come with the
// interpreter or the package, not with the runtime.
//
// The package is internal to the program; its interface may change with any
// commit.
package interpreter
