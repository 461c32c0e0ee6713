export { Dialog } from "./Dialog";
export { Menu, MenuGroup, MenuItem, MenuSeparator } from "./Menu";
export { Picker } from "./Picker";
export { Popover, PopoverTitle } from "./Popover";
