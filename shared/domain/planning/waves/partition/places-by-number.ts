import { numberAt } from './number-at';

/** The places that have number i in a list are `places[starts[i]]` up to `places[starts[i + 1]]`, in rising order. */
export interface PlacesByNumber {
  readonly starts: Int32Array;
  readonly places: Int32Array;
}

/** `numbers`: the list has those from 0 to below it. */
export function placesByNumber(list: Int32Array, numbers: number): PlacesByNumber {
  const starts = startsOf(list, numbers);
  const next = starts.slice();
  const places = new Int32Array(list.length);
  for (let place = 0; place < list.length; place += 1) {
    const number = numberAt(list, place);
    places[numberAt(next, number)] = place;
    next[number] = numberAt(next, number) + 1;
  }
  return { starts, places };
}

/** By number: how many of a list are lower, which is where it begins once the list is sorted. */
export function startsOf(list: Int32Array, numbers: number): Int32Array {
  const starts = new Int32Array(numbers + 1);
  for (const number of list) starts[number + 1] = numberAt(starts, number + 1) + 1;
  for (let i = 0; i < numbers; i += 1) starts[i + 1] = numberAt(starts, i + 1) + numberAt(starts, i);
  return starts;
}
