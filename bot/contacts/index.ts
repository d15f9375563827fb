export { checkContact } from "./check-contact.ts";
export { unknownContacts, unvouchedIn } from "./guard-contacts.ts";
export { guardShelf, guardStore } from "./guarded-store.ts";
export { createOutgoingGuard } from "./outgoing.ts";
export { reportedContacts } from "./reported.ts";
export { sayContactCheck } from "./say-check.ts";
