export { checkContact } from "./check-contact.ts";
export { unknownContacts } from "./guard-contacts.ts";
export { sayContactCheck } from "./say-check.ts";
