/** Telephone numbers by libphonenumber's rules. */
import { type CountryCode, parsePhoneNumberFromString } from "libphonenumber-js/min";
import type { PhoneNumbers } from "../ports/telephony.ts";

/** Fewer digits than this are service and emergency numbers: nobody is rung there. */
const LEAST_DIGITS = 7;

/** @param country of numbers written without a country code */
export function phoneNumbers(country: CountryCode = "CN"): PhoneNumbers {
  return {
    read: (text) => {
      const parsed = parsePhoneNumberFromString(text.trim().replace(/^00/u, "+"), country);
      // "Possible" (length), not "valid" (assigned): number plans change faster than tables.
      return parsed?.isPossible() && parsed.nationalNumber.length >= LEAST_DIGITS ? parsed.number : undefined;
    },
  };
}
