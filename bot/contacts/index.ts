export { type ContactCheck, checkContact } from "./check-contact.ts";
export type { ContactMatch, NearMiss } from "./contact-match.ts";
export { contactsIn, unknownContacts } from "./guard-contacts.ts";
export { sayContactCheck } from "./say-check.ts";
