package mapping

// envelopeBytes is what an event has besides its records: {"Records":[]}.
const envelopeBytes = 14
