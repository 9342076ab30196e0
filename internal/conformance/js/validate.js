// Validates the message of SNS on standard input with AWS's validator, which is told
// that SNS is on this machine. Node has the certificate in NODE_EXTRA_CA_CERTS.
import { readFileSync } from 'node:fs'
import MessageValidator from 'sns-validator'

const validator = new MessageValidator(/^127\.0\.0\.1:\d+$/, 'utf8')
validator.validate(readFileSync(0, 'utf8'), (error) => {
  if (error) {
    console.error(error)
    process.exit(1)
  }
})
