// Prints the passed and all tests of a result of mocha's, and what failed.
const [name, file] = process.argv.slice(2)
const { stats, failures } = require(file)
console.log(`${name}: ${stats.passes} of ${stats.tests - stats.pending}`)
for (const { fullTitle, err } of failures) {
  console.log(`  ${fullTitle}\n    ${err.message.split('\n')[0]}`)
}
