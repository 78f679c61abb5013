// What the chat knows of the clinic before a patient opens it. The assistant serves its own in place of this one, from clinic.yml.

/** @type {Partial<import("./types").Clinic>} */
export default {};
