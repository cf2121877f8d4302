/* The calendar of the form in the language of the page, for PrimeVue: names from the browser, words from the page. */
import { allWords, language, say } from "./words.js";

const names = (options, count, dateOf) => {
  const format = new Intl.DateTimeFormat(language, { timeZone: "UTC", ...options });
  return Array.from({ length: count }, (_, index) => format.format(dateOf(index)));
};
const day = (index) => Date.UTC(2023, 0, 1 + index); // 1 January 2023 was a Sunday
const month = (index) => Date.UTC(2023, index, 1);

export const install = () => {
  globalThis.webFormsWords = allWords;
  globalThis.webFormsLocale = {
    dayNames: names({ weekday: "long" }, 7, day),
    dayNamesShort: names({ weekday: "short" }, 7, day),
    dayNamesMin: names({ weekday: "narrow" }, 7, day),
    monthNames: names({ month: "long" }, 12, month),
    monthNamesShort: names({ month: "short" }, 12, month),
    firstDayOfWeek: language === "es" ? 1 : 0,
    dateFormat: "dd/mm/yy",
    today: say("Today"),
    clear: say("Clear"),
    chooseDate: say("Choose a date"),
    chooseMonth: say("Choose a month"),
    chooseYear: say("Choose a year"),
    prevMonth: say("Month before"),
    nextMonth: say("Month after"),
    prevYear: say("Year before"),
    nextYear: say("Year after"),
    prevDecade: say("Decade before"),
    nextDecade: say("Decade after"),
    emptyMessage: say("Nothing to choose from"),
    emptyFilterMessage: say("Nothing found"),
    emptySearchMessage: say("Nothing found"),
    aria: { close: say("Close"), listLabel: say("Choices"), nullLabel: say("Nothing chosen") },
  };
};
