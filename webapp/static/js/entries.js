// Shows one entry of the outbox in markup with data-part and data-when.
const ZONE = { timeZone: "Asia/Ho_Chi_Minh" };

// Writes a moment as all our pages do: 24/06/2021 08:05, Vietnamese time.
export function showMoment(element, moment) {
  const at = new Date(moment);
  const day = at.toLocaleDateString("en-GB", ZONE);
  const clock = at.toLocaleTimeString("en-GB", { ...ZONE, hour: "2-digit", minute: "2-digit" });
  element.textContent = `${day} ${clock}`;
  element.dateTime = at.toISOString();
}

// Writes the code of a poster as it is printed to be typed: ABCDE-12345-WXYZ.
export function printed(code) {
  const [, first, second, check] = code.match(/^1(.{5})(.{5})..(.{4})/) ?? [];
  return first ? `${first}-${second}-${check}` : code;
}

export function showEntry(element, { state, field, detail, venue, body, kept_at, receipt, ...rest }) {
  const isUnnamed = state === "refused" && field === "person" && !detail;
  for (const told of element.querySelectorAll("[data-when]"))
    told.hidden = told.dataset.when !== state && !(isUnnamed && told.dataset.when === "unnamed");
  const parts = {
    name: (part) => (part.textContent = venue?.name ?? printed(body?.code ?? "")),
    place: (part) => (part.textContent = venue?.place ?? ""),
    at: (part) => showMoment(part, rest.arrived_at ?? body?.scanned_at ?? kept_at),
    detail: (part) => (part.textContent = (state === "refused" && detail) || ""),
    receipt: (part) => (part.href = receipt ?? ""),
  };
  for (const part of element.querySelectorAll("[data-part]")) parts[part.dataset.part]?.(part);
}
