package web

// StateAt is stateAt.
var StateAt = (*Server).stateAt
